"""What each block of a page shows, as HTML: listing, timings, the opening's facts, machines."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survival import units
from survival.catalog import Example, Variant, size_label
from survival.errors import PageError
from survival.judge.elsewhere import cited, expected
from survival.judge.evidence import SCOPES, Measured, find_size
from survival.pages.blocks import changed, fold
from survival.pages.charts import captions, plots
from survival.pages.context import Page
from survival.pages.landing import reading
from survival.pages.parts import ALL
from survival.pages.render import render, tabs
from survival.pages.words import figures
from survival.pages.words import tables as times
from survival.pages.words.figures import Number
from survival.records import Scope

Highlight = Callable[[str, str], str]
"""Python source and an id that is unique on the page, to highlighted HTML."""

TABS = 3
"""As many machines have a tab in each table and chart, so that a page does not grow with each."""


@dataclass(frozen=True)
class Badge:
    """What is known of a variant on one machine."""

    kind: str
    """verified, unmeasured, stale or failed: part of its class."""
    text: str
    error: Number | None = None


def listing(page: Page, example: Example, names: Sequence[str], highlight: Highlight) -> Markup:
    """The variants as tabs: the whole file, its path, and a badge for each machine."""
    variants = [example.variant(n) for n in names] or list(example.variants)
    ident = page.unique(f"listing_{example.name}")
    every = page.evidence.of(example.name)
    never = never_on_a_gpu(page, example, [v.name for v in variants])
    panels = []
    for i, v in enumerate(variants):
        path = f"examples/{v.path.parent.name}/{v.path.name}"
        change = changed.nearest(v, variants[:i])
        shown = highlight(v.source, f"{ident}_{v.name}")
        known = {} if v.name in never else badges(every, v)
        said = {folder: render("badge", badge=badge) for folder, badge in known.items()}
        body = render(
            "source",
            code=Markup(fold.folded(v.source, shown, change.groups if change else ())),
            change=change,
            first=i == 0 and len(variants) > 2,
            path=path,
            badge=page.switched(path, said) if said else "",
        )
        panels.append((render("label", name=v.device, label=v.label), body))
    if not panels:
        return unmeasured("No variants yet.")
    return render("tabs", ident=ident, panels=panels)


def never_on_a_gpu(page: Page, example: Example, names: Sequence[str] = ()) -> frozenset[str]:
    """Which GPU variants, of these or all, no machine has run: one note at the page's top says so.

    In its place neither a badge nor a caption does.
    """
    every = [v for m in page.evidence.of(example.name) for v in m.record.variants]
    ran = {v.name for v in every if v.status != "not_run"}
    # A machine that has a GPU says itself why a program did not run there.
    ran |= {
        v.name
        for m in page.evidence.of(example.name)
        if m.machine.gpu is not None
        for v in m.record.variants
    }
    found = frozenset(
        v.name
        for v in example.variants
        if v.device == "gpu" and v.name not in ran and (v.name in names or not names)
    )
    page.never |= {str(example.variant(name).path) for name in found}  # which several jobs may run
    return found


def badges(every: Sequence[Measured], variant: Variant) -> dict[str, Badge]:
    """By machine, verified where and when, with the largest error; or why not.

    Without a folder, what is to be said where no machine knows of the variant.
    """
    found = {}
    for m in every:
        v = next((v for v in m.record.variants if v.name == variant.name), None)
        where = f"{m.title[0].lower()}{m.title[1:]}" if m.local else m.title
        if v is None:
            continue
        if v.status == "failed":
            older = "an older version of this code " * (v.name in m.stale)
            found[m.folder] = Badge("failed", f"{older}failed on {where}: {v.reason}")
        elif v.status == "not_run":
            if m.machine.gpu is not None or v.device == "cpu":
                found[m.folder] = Badge("unmeasured", f"not run on {where}: {v.reason}")
        elif v.name in m.stale:
            text = f"measured {m.why_stale[v.name]}, on {where} · {m.date}"
            found[m.folder] = Badge("stale", text)
        else:
            text = f"verified on {where} · {m.date}"
            found[m.folder] = Badge("verified", text, figures.error(m, v))
    text = figures.NOT_YET_GPU if variant.device == "gpu" else figures.NOT_YET
    return found or {"": Badge("unmeasured", text)}


def timings(page: Page, example: Example, size: str, machine: str) -> Markup:
    """A table for each machine, and all sizes folded away below it."""
    panels: list[tuple[str, str, Markup]] = []
    never_on_a_gpu(page, example)
    ident = page.unique(f"timings_{example.name}")
    for label, m in on_machines(page, example, machine):
        at = find_size(m.record.sizes, size) if size else figures.headline_size(m.record)
        body = render(
            "timings",
            measured=m,
            title=m.name,
            machine=_machine_words(m),
            table=times.table(m, at),
            cited=_cited(m),
            expected=_expected(page, example),
            details=details(page, m, here=not panels),
        )
        panels.append((m.folder, label, body))
    return switched(page, ident, panels, pinned=bool(machine))


def _cited(measured: Measured) -> list[dict[str, str]]:
    """What others measured for the example, in words; it is compared with nothing."""
    problem = measured.example.problem()
    return [
        c.model_dump(include={"program", "machine", "method", "source"})
        | {
            "size": f"{size_label(problem, c.size)} {problem.UNIT}",
            "seconds": units.seconds(c.seconds),
            "date": units.date(c.date),
        }
        for c in cited.figures(measured.example.name)
    ]


def _expected(page: Page, example: Example) -> list[tuple[str, str]]:
    """What authors expect of GPU programs that no machine has measured: program, and words."""
    gpu, rows = expected.expectations(example)
    found = []
    for name, row in rows.items():
        measured = page.evidence.reference(example.name, (name,))
        if measured is None or not measured.was_measured(name):
            found.append((example.variant(name).label, expected.said(example, row, gpu)))
    return found


def details(page: Page, measured: Measured, *, here: bool, named: bool = False) -> Markup:
    """Every size, variant and scope with samples, errors, timers and a link to the record.

    Folded, and loaded when it is opened, if it is for the page `here` and not for another part.
    """
    record = measured.record
    tables = [times.table(measured, s, each_its_unit=True) for s in record.sizes]
    left_out = [
        (
            f"{measured.label(v.name)}, {record.amount(record.size(x.size))}, {SCOPES[x.scope]}",
            x.reason,
        )
        for v in measured.variants()
        for x in v.left_out
    ]
    timers = dict.fromkeys(t.timer for v in record.variants for t in v.timings)
    body = render(
        "details",
        measured=measured,
        title=measured.name,
        machine=_machine_words(measured),
        tables=[t for t in tables if any(not r.why_not for r in t.rows)],
        columns=max(([c.title for c in t.columns] for t in tables), key=len),
        tolerance=", ".join(
            [units.error(record.tolerance)]
            + [f"{units.error(t)} in {precision}" for precision, t in record.tolerances.items()]
        ),
        left_out=left_out,
        timers=list(timers),
        to_root=page.to_root,
    )
    title = "All sizes, samples and how they were timed"
    if named:  # beside those of another example
        title = f"{measured.name}: {title[0].lower()}{title[1:]}"
    if not here:
        return render("folded", href="", name="", title=title, body=body)
    first = measured.folder == page.evidence.of(measured.example.name)[0].folder
    name = f"{ALL}{measured.example.name}{'' if first else f'-on-{measured.folder}'}"
    return page.parts.fold(name, title, f"{measured.name}, all sizes", body)


def chart(page: Page, example: Example, options: dict[str, str]) -> Markup:
    """A chart for each machine.

    The options are `kind`, `scope`, `variants`, `size`, `machine` and `axis`, what its sizes are
    called where the example's unit does not say enough; raises PageError for a value that does not
    exist.
    """
    kind = options["kind"] or "sizes"
    if kind not in plots.KINDS:
        raise PageError(f"chart: unknown kind '{kind}'; there are: {', '.join(plots.KINDS)}")
    scopes = _scopes(options["scope"])
    names = split(options["variants"])
    for name in names:
        example.variant(name)
    panels: list[tuple[str, str, Markup]] = []
    ident = page.unique(f"chart_{example.name}")
    # Where no table of the example is on the page, the chart brings the exact values itself.
    table = f"timings | {example.name}" not in page.source
    never = never_on_a_gpu(page, example, names)
    for label, m in on_machines(page, example, options["machine"]):
        size = options["size"]
        at = find_size(m.record.sizes, size) if size else figures.headline_size(m.record)
        body = plots.chart(
            m,
            page.unique(f"{ident}_{m.folder}"),
            kind=kind,
            scopes=scopes,
            variants=names,
            size=at,
            axis=options["axis"],
            details=details(page, m, here=not panels) if table else Markup(""),
            never=never,
        )
        panels.append((m.folder, label, body))
    return switched(page, ident, panels, pinned=bool(options["machine"]))


def beside(page: Page, examples: Sequence[Example], options: dict[str, str]) -> Markup:
    """One chart of several examples, which do different work, for each machine that has them all.

    The options are `scope`, `machine` and `variants`, each EXAMPLE.VARIANT; raises PageError.
    """
    scopes = _scopes(options["scope"])
    named = [name.partition(".")[::2] for name in split(options["variants"])]
    chosen = {e.name: [e.variant(v).name for of, v in named if of == e.name] for e in examples}
    if options["kind"] or options["size"] or options["axis"] or not all(chosen.values()):
        raise PageError(
            "chart: of several examples, it is over their sizes, and `variants` names those of "
            "each as EXAMPLE.VARIANT"
        )
    if len({e.problem().UNIT for e in examples}) > 1:
        raise PageError("chart: these examples count different things")
    panels: list[tuple[str, str, Markup]] = []
    ident = page.unique(f"chart_{'_'.join(chosen)}")
    for label, first in on_machines(page, examples[0], options["machine"]):
        every = [m for e in examples for m in page.evidence.of(e.name) if m.folder == first.folder]
        # H1: one machine, one capture.
        if len(every) < len(examples) or {m.record.capture for m in every} != {
            first.record.capture
        }:
            continue
        tables = [
            details(page, m, here=not panels, named=True)
            for m in every
            if f"timings | {m.example.name}" not in page.source
        ]
        body = plots.beside(
            [(m, chosen[m.example.name]) for m in every],
            page.unique(f"{ident}_{first.folder}"),
            scopes,
            Markup("").join(tables),
        )
        panels.append((first.folder, label, body))
    return switched(page, ident, panels, pinned=bool(options["machine"]))


def _scopes(option: str) -> Sequence[Scope]:
    """The scopes that a chart shows."""
    if option == "end_to_end":
        return ("end_to_end",)
    if option not in ("", "both"):
        raise PageError(
            f"H4: chart cannot show the scope '{option}' alone; there are: both, end_to_end"
        )
    return captions.BOTH


def on_machines(page: Page, example: Example, folder: str) -> list[tuple[str, Measured]]:
    """The example on every machine, or on the one in that folder of results/, each with its label.

    Raises PageError, naming the folders that exist.
    """
    every = page.evidence.of(example.name)
    if folder and folder not in (m.folder for m in every):
        listed = ", ".join(m.folder for m in every) or "none yet"
        raise PageError(f"no record of '{example.name}' on machine '{folder}'; there are: {listed}")
    tabs = Counter(m.tab for m in every)  # two machines may have one GPU
    labelled = [(m.tab if tabs[m.tab] == 1 else m.title, m) for m in every]
    return [(label, m) for label, m in labelled if folder in ("", m.folder)]


def switched(
    page: Page, ident: str, panels: list[tuple[str, str, Markup]], *, pinned: bool
) -> Markup:
    """Panels of folder, label and body as tabs, which the reader's choice of a machine switches.

    Only the first is on the page itself; beyond a few, a tab comes with the choice of its machine.
    What the author has pinned to one machine stays.
    """
    if not panels:
        return unmeasured("Not yet measured.")
    if pinned or len(page.evidence.results.machines) < 2:
        return tabs(ident, [(label, body) for _, label, body in panels])
    (_, label, body), *others = panels
    moved = [page.parts.move(f, f"{ident}-on-{f}", name, of) for f, name, of in others]
    names = [name for _, name, _ in others]
    shown = [(label, body), *zip(names, moved, strict=True)][:TABS]
    folders = [folder for folder, _, _ in panels[:TABS]]
    return render("switched", ident=ident, folders=folders, body=tabs(ident, shown))


def head(page: Page, examples: Sequence[Example]) -> Markup:
    """The facts of a chapter's opening: how long it takes to read, and who was measured when."""
    days: dict[str, list[Measured]] = {}
    for example in examples:
        for m in page.evidence.of(example.name):
            days.setdefault(m.title, []).append(m)
    measured = []
    for name, every in days.items():
        every.sort(key=lambda m: m.record.captured)
        dates = dict.fromkeys((every[0].date, every[-1].date))
        measured.append(f"{name}, {' to '.join(dates)}")
    minutes = reading.minutes(page.source, page.evidence.example)
    facts = [("Reading time", [f"{minutes}{units.NBSP}minute{'s' * (minutes > 1)}, with the code"])]
    if examples:
        facts.append(("Measured on", measured or [figures.NOT_YET]))
    return render("facts", facts=facts)


def unmeasured(text: str) -> Markup:
    """A quiet word that there is nothing to show yet."""
    return render("unmeasured", text=text)


def split(names: str) -> list[str]:
    """Names that are separated by commas or spaces."""
    return names.replace(",", " ").split()


def _machine_words(measured: Measured) -> str:
    return f"{'This machine: ' * measured.local}{measured.machine.title}"
