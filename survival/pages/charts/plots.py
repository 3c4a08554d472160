"""Which chart a record makes: its lines or rows, what it says in words, and its HTML."""

import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from survival import units
from survival.judge import comparisons
from survival.judge.evidence import SCOPES, Measured
from survival.pages.charts import bounds, captions, others, specs, svg
from survival.pages.charts.layout import Frame
from survival.pages.charts.specs import Point, Series
from survival.pages.render import render
from survival.pages.words import digits, figures
from survival.pages.words.figures import Part, plain
from survival.records import Machine, Reached, Scope, Size, Timing, Variant

KINDS = ("sizes", "bars", "ladder")
POINTS = (
    "A click on a point shows where it was measured; "
    "by keyboard, the numbers in the table below the chart do the same."
)
"""Said of every chart: hundreds of points would be hundreds of stops for the tab key."""


def chart(
    measured: Measured,
    ident: str,
    *,
    kind: str,
    scopes: Sequence[Scope],
    variants: Sequence[str],
    size: Size,
    axis: str,
    details: Markup,
    never: Collection[str] = (),
) -> Markup:
    """A figure with the chart twice, for wide and for narrow screens, and its caption.

    `variants` are the names to show; all if empty. Where none of them was timed, a badge says so.
    `never` are those of which the page's top says that no GPU has run them.
    """
    shown = [v for v in measured.variants() if v.name in variants or not variants]
    if kind == "sizes":
        series = _told_apart(_lines(measured, shown, scopes))
    else:
        series = _rows(measured, shown, scopes, size)
    if not series:
        gpu = shown and all(v.device == "gpu" for v in shown)
        text = figures.NOT_YET_GPU if gpu else figures.NOT_YET
        return render("unmeasured", text=f"{text[0].upper()}{text[1:]}.")
    devices = sorted({s.device for s in series})
    drawn = {v.name for v in shown}
    if kind == "sizes":
        # Cited times are of data in place.
        foreign = others.near(measured) if "compute" in scopes else []
        draw = _over_sizes(measured, series + others.series(foreign), axis)
        words = captions.over_sizes(measured, devices, scopes, drawn)
    else:
        draw = _at_one_size(measured, series, kind, size)
        words = captions.best_of(measured, size, devices, scopes, drawn)
    where = f"{measured.name}, measured on {measured.machine.title}, {measured.date}"
    said = f"{plain(words).strip()} {POINTS}"
    both = svg.both(draw, ident, where, said)
    legend = captions.legend(
        measured, kind, scopes, series, any(v.transfers and v.timings for v in shown)
    )
    if kind == "sizes":
        legend = others.legend(measured, foreign, sources=bool(details)) + legend
    told = [v for v in shown if v.name not in never]
    missing = captions.missing(measured, told, None if kind == "sizes" else size)
    caption = [*words, missing, legend]
    return render(
        "chart",
        **both,
        caption=caption,
        details=details,
        keys=_keys(series),
        bounds=bounds.data([measured], None if kind == "sizes" else size),
        example=measured.example.name,
        scopes=scopes,
        at=0 if kind == "sizes" else size.n,
    )


def beside(
    chosen: Sequence[tuple[Measured, Sequence[str]]],
    ident: str,
    scopes: Sequence[Scope],
    details: Markup,
) -> Markup:
    """One chart of several examples over the same sizes; of each, the named variants.

    They do different work, so that the caption gives times and no ratio.
    """
    series: list[Series] = []
    words: list[Part] = []
    last = min((m.record.sizes[-1] for m, _ in chosen), key=lambda s: s.n)
    count = {"cpu": 0, "gpu": 0}
    never: list[tuple[str, str]] = []
    moved = False
    for m, names in chosen:
        shown = [v for v in m.variants() if v.name in names]
        moved |= any(v.transfers and v.timings for v in shown)
        for v in shown:
            mark = specs.SHAPES[v.device][count[v.device] % len(specs.SHAPES[v.device])]
            count[v.device] += 1
            name = f"{m.name}, {m.label(v.name)}"
            lines = _told_apart(_lines(m, [v], scopes))
            series += [replace(s, label=name, shape=mark) for s in lines]
            if (t := v.timing(last.n, scopes[0])) is not None:
                words += ["; " * bool(words), f"{name} on the {v.device.upper()}, "]
                words.append(figures.time(m, v, t, scopes[0]))
            never += [(v.device, name)] * (not v.timings)
    if not series:
        return render("unmeasured", text=f"{figures.NOT_YET[0].upper()}{figures.NOT_YET[1:]}.")
    first = chosen[0][0]
    start = f"At {first.record.amount(last)} ({SCOPES[scopes[0]]}): "
    caption: list[Part] = [start, *words, ". "] if words else []
    titles = " and ".join(m.name for m, _ in chosen)

    def draw(frame: Frame) -> dict[str, Any]:
        return specs.over_sizes(series, frame, first.record.unit)

    where = f"{titles}, measured on {first.machine.title}, {first.date}"
    drawn = svg.both(draw, ident, where, f"{plain(caption)}{POINTS}")
    legend = captions.legend(first, "sizes", scopes, series, moved)
    caption += [
        "These are different jobs, so no factor is given. ",
        captions.never_measured(never),
        legend,
    ]
    return render(
        "chart",
        **drawn,
        caption=caption,
        details=details,
        keys=_keys(series),
        bounds=bounds.data([m for m, _ in chosen]),
    )


def bandwidth(machine: Machine, folder: str, ident: str, title: str) -> Markup:
    """The memory bandwidth of a machine over the size of the working set, best of its kernels."""
    series = []
    for device, shape, cold in (("cpu", "square", 0), ("gpu", "circle", 0), ("gpu", "diamond", 1)):
        name = f"{device.upper()}{', cache emptied' * cold}"
        best: dict[int, tuple[Reached, str]] = {}
        for r in machine.ceilings.memory:
            if (r.device, r.cold) == (device, bool(cold)):
                mine = (r.reached(machine.capture), r.kernel)
                best[r.working_set] = max(best.get(r.working_set, mine), mine)
        points = tuple(
            Point(
                w,
                *rate,
                f"{name}, {units.binary_bytes(w)}: "
                f"{units.prefixed(rate.value, 'B/s', n)} ({kernel})".replace(units.NBSP, " "),
                folder,
                n,
            )
            for w, (rate, kernel) in sorted(best.items())
            for n in [digits.of_ceiling(rate)]
        )
        if points:
            series.append(Series(name, device, shape, points, dashed=bool(cold)))
    told = "; ".join(
        f"{s.label} "
        + ", ".join(
            f"{units.prefixed(p.y, 'B/s', p.digits)} at {units.binary_bytes(p.x)}"
            for p in (s.points[0], s.points[-1])
        )
        for s in series
    )
    words = f"Memory bandwidth: {told}. The band: from the slowest process to the best single try."
    title, said = f"Memory bandwidth of {title}", f"{words} {POINTS}"
    axes = "working set", None, "bandwidth", "B/s", units.decimal_bytes
    drawn = svg.both(lambda frame: specs.over_sizes(series, frame, *axes), ident, title, said)
    return render("chart", **drawn, caption=[words], details="", keys=_keys(series))


def _keys(series: Sequence[Series]) -> list[str]:
    """What finds the card of each point, in the order in which they are drawn."""
    return [p.key for s in series for p in s.points]


def shapes(measured: Measured) -> dict[str, tuple[str, int]]:
    """A mark for each variant, the same on every chart of an example: a shape, and its round.

    The plain program of a tool has the tool's own mark, the same on every chart of the guide.
    """
    found: dict[str, tuple[str, int]] = {}
    for device, marks in specs.SHAPES.items():
        names = [v.name for v in measured.variants() if v.device == device]
        tools = specs.OWN[device].items()
        own = {n: i for tool, i in tools if (n := _of_tool(names, f"{device}_{tool}"))}
        found |= {name: (marks[i], 0) for name, i in own.items()}
        free = (divmod(i, len(marks)) for i in itertools.count() if i not in own.values())
        rest = [name for name in names if name not in own]
        found |= {name: (marks[i], again) for name, (again, i) in zip(rest, free, strict=False)}
    return found


def _of_tool(names: Sequence[str], plain: str) -> str:
    """Of these variants the one that is plainly written with a tool, or the first; or none."""
    return plain if plain in names else next((n for n in names if n.startswith(f"{plain}_")), "")


def _lines(
    measured: Measured, variants: Iterable[Variant], scopes: Sequence[Scope]
) -> list[Series]:
    series = []
    marks = shapes(measured)
    for v in variants:
        for scope in scopes:
            if scope == "end_to_end" and not v.transfers and "compute" in scopes:
                continue  # the same call: one line
            points = tuple(
                _point(measured, v, t, s, scope)
                for s in measured.record.sizes
                if (t := v.timing(s.n, scope))
            )
            # In one scope alone, every line is of that scope, and the caption says so.
            dashed = scope == "end_to_end" and v.transfers and len(scopes) > 1
            if points:
                series.append(_series(measured, v, marks, points, dashed=dashed))
    return series


def _told_apart(lines: Sequence[Series]) -> list[Series]:
    """Those lines but the end to end that lies on its compute throughout, and would hide it."""
    at = [(s, [(p.x, p.y) for p in s.points]) for s in lines]
    solid = {s.label: points for s, points in at if not s.dashed}
    return [s for s, points in at if not s.dashed or points != solid.get(s.label)]


def _rows(
    measured: Measured, variants: Iterable[Variant], scopes: Sequence[Scope], size: Size
) -> list[Series]:
    """One row per variant and scope, CPU first, each device from its slowest to its fastest."""
    rows = []
    for line in _lines(measured, variants, scopes):
        rows += [replace(line, points=(p,)) for p in line.points if p.x == size.n]
    return sorted(_told_apart(rows), key=lambda r: (r.device, -r.points[0].y))


def _series(
    measured: Measured,
    v: Variant,
    marks: dict[str, tuple[str, int]],
    points: tuple[Point, ...],
    *,
    dashed: bool,
) -> Series:
    stale = v.name in measured.stale
    suffix = " (stale)" * stale + ", end to end" * dashed
    label = measured.label(v.name)
    if v.precision != "float32" and v.precision not in v.name:
        label += f" ({v.precision})"
    shape, again = marks[v.name]
    return Series(label, v.device, shape, points, dashed, suffix, stale, again=again)


def _point(measured: Measured, v: Variant, t: Timing, size: Size, scope: Scope) -> Point:
    n = digits.of_time(t, measured.machine)
    words = (
        f"{measured.label(v.name)} on the {v.device.upper()}, {measured.record.amount(size)}, "
        f"{SCOPES[scope]}: {units.seconds(t.median, n)} "
        f"({units.seconds_range(t.low, t.high, n=n)})"
    )
    key = measured.key(v.name, size.n, scope)
    return Point(size.n, t.median, t.low, t.high, words.replace(units.NBSP, " "), key, n)


def _over_sizes(
    measured: Measured, series: list[Series], axis: str
) -> Callable[[Frame], dict[str, Any]]:
    record = measured.record
    cross = comparisons.crossover(record, "end_to_end")

    def draw(frame: Frame) -> dict[str, Any]:
        mark = None
        if cross is not None and any(s.device == "gpu" and not s.cited for s in series):
            label = record.size(cross).label
            said = f"the GPU wins end to end from {record.amount(record.size(cross))}"
            mark = (float(cross), f"GPU wins from {label}" if frame.narrow else said)
        return specs.over_sizes(series, frame, axis or record.unit, mark)

    return draw


def _at_one_size(
    measured: Measured, rows: list[Series], kind: str, size: Size
) -> Callable[[Frame], dict[str, Any]]:
    times = [r.points[0].y for r in rows]
    ladder = kind == "ladder" or max(times) > specs.BAR_RANGE * min(times)
    title = f"time for {measured.record.amount(size)}"
    return lambda frame: specs.at_one_size(rows, frame, title, ladder=ladder)
