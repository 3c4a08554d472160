"""Which chart a record makes: its lines or rows, what it says in words, and its HTML."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from survival import units
from survival.judge import comparisons
from survival.judge.evidence import SCOPES, Measured
from survival.pages.charts import bounds, others, specs, svg
from survival.pages.charts.layout import Frame
from survival.pages.charts.specs import Point, Series
from survival.pages.render import render
from survival.pages.words import digits, figures
from survival.pages.words.figures import Number, Part, plain
from survival.records import Machine, Reached, Record, Scope, Size, Timing, Variant

KINDS = ("sizes", "bars", "ladder")
POINTS = (
    "A click on a point shows where it was measured; "
    "by keyboard, the numbers in the table below the chart do the same."
)
"""Said of every chart: hundreds of points would be hundreds of stops for the tab key."""
BOTH: tuple[Scope, ...] = ("compute", "end_to_end")


def chart(
    measured: Measured,
    ident: str,
    *,
    kind: str,
    scopes: Sequence[Scope],
    variants: Sequence[str],
    size: Size,
    details: Markup,
    never: Collection[str] = (),
) -> Markup:
    """A figure with the chart twice, for wide and for narrow screens, and its caption.

    `variants` are the names to show; all if empty. Where none of them was timed, a badge says so.
    `never` are those of which the page's top says that no GPU has run them.
    """
    shown = [v for v in measured.variants() if v.name in variants or not variants]
    if kind == "sizes":
        series = _lines(measured, shown, scopes)
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
        draw = _over_sizes(measured, series + others.series(foreign))
        words = _says_over_sizes(measured, devices, scopes, drawn)
    else:
        draw = _at_one_size(measured, series, kind, size)
        words = _says_best(measured, size, devices, scopes, drawn)
    where = f"{measured.name}, measured on {measured.machine.title}, {measured.date}"
    said = f"{plain(words).strip()} {POINTS}"
    both = svg.both(draw, ident, where, said)
    legend = _legend(measured, kind, scopes, any(s.dashed for s in series))
    if kind == "sizes":
        legend = others.legend(measured, foreign, sources=bool(details)) + legend
    told = [v for v in shown if v.name not in never]
    missing = _missing(measured, told, None if kind == "sizes" else size)
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
    for m, names in chosen:
        shown = [v for v in m.variants() if v.name in names]
        for v in shown:
            mark = specs.SHAPES[v.device][count[v.device] % len(specs.SHAPES[v.device])]
            count[v.device] += 1
            label = f"{m.name}, {m.label(v.name)}"
            series += [replace(s, label=label, shape=mark) for s in _lines(m, [v], scopes)]
            if (t := v.timing(last.n, scopes[0])) is not None:
                words += ["; " * bool(words), f"{label} on the {v.device.upper()}, "]
                words.append(figures.time(m, v, t, scopes[0]))
            never += [(v.device, label)] * (not v.timings)
    if not series:
        return render("unmeasured", text=f"{figures.NOT_YET[0].upper()}{figures.NOT_YET[1:]}.")
    first = chosen[0][0]
    start = f"At {first.record.amount(last)}, {SCOPES[scopes[0]]}: "
    caption: list[Part] = [start, *words, ". "] if words else []
    titles = " and ".join(m.name for m, _ in chosen)

    def draw(frame: Frame) -> dict[str, Any]:
        return specs.over_sizes(series, frame, first.record.unit)

    where = f"{titles}, measured on {first.machine.title}, {first.date}"
    drawn = svg.both(draw, ident, where, f"{plain(caption)}{POINTS}")
    legend = _legend(first, "sizes", scopes, any(s.dashed for s in series))
    caption += ["They do different work. ", _never(never), legend]
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
    """A mark for each variant, the same on every chart of an example: a shape, and its round."""
    found: dict[str, tuple[str, int]] = {}
    for device, marks in specs.SHAPES.items():
        names = [v.name for v in measured.variants() if v.device == device]
        rounds = (divmod(i, len(marks)) for i in range(len(names)))
        found |= {name: (marks[i], again) for name, (again, i) in zip(names, rounds, strict=True)}
    return found


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


def _rows(
    measured: Measured, variants: Iterable[Variant], scopes: Sequence[Scope], size: Size
) -> list[Series]:
    """One row per variant and scope, CPU first, each device from its slowest to its fastest."""
    rows = []
    for line in _lines(measured, variants, scopes):
        rows += [replace(line, points=(p,)) for p in line.points if p.x == size.n]
    return sorted(rows, key=lambda r: (r.device, -r.points[0].y))


def _series(
    measured: Measured,
    v: Variant,
    marks: dict[str, tuple[str, int]],
    points: tuple[Point, ...],
    *,
    dashed: bool,
) -> Series:
    suffix = ", end to end" if dashed else ""
    label = measured.label(v.name)
    if v.precision != "float32" and v.precision not in v.name:
        label += f" ({v.precision})"
    if v.name in measured.stale:
        label += " (stale)"
    shape, again = marks[v.name]
    return Series(label, v.device, shape, points, dashed, suffix, again=again)


def _point(measured: Measured, v: Variant, t: Timing, size: Size, scope: Scope) -> Point:
    n = digits.of_time(t, measured.machine)
    words = (
        f"{measured.label(v.name)} on the {v.device.upper()}, {measured.record.amount(size)}, "
        f"{SCOPES[scope]}: {units.seconds(t.median, n)} "
        f"({units.seconds_range(t.low, t.high, n=n)})"
    )
    key = measured.key(v.name, size.n, scope)
    return Point(size.n, t.median, t.low, t.high, words.replace(units.NBSP, " "), key, n)


def _over_sizes(measured: Measured, series: list[Series]) -> Callable[[Frame], dict[str, Any]]:
    record = measured.record
    cross = comparisons.crossover(record, "end_to_end")

    def draw(frame: Frame) -> dict[str, Any]:
        mark = None
        if cross is not None and any(s.device == "gpu" and not s.cited for s in series):
            label = record.size(cross).label
            said = f"the GPU wins end to end from {record.amount(record.size(cross))}"
            mark = (float(cross), f"GPU wins from {label}" if frame.narrow else said)
        return specs.over_sizes(series, frame, record.unit, mark)

    return draw


def _at_one_size(
    measured: Measured, rows: list[Series], kind: str, size: Size
) -> Callable[[Frame], dict[str, Any]]:
    times = [r.points[0].y for r in rows]
    ladder = kind == "ladder" or max(times) > specs.BAR_RANGE * min(times)
    title = f"time for {measured.record.amount(size)}"
    return lambda frame: specs.at_one_size(rows, frame, title, ladder=ladder)


def _says_over_sizes(
    measured: Measured, devices: Sequence[str], scopes: Sequence[Scope], drawn: Collection[str]
) -> list[Part]:
    """What the chart shows: the best at the largest size, and the crossover."""
    record = measured.record
    both = [s for s in record.sizes if _has_best(record, s, devices)]
    parts = _says_best(measured, both[-1], devices, scopes, drawn) if both else []
    if len(devices) == 2:
        parts += ["End to end, the GPU wins ", *crossover(measured, "end_to_end"), ". "]
    return parts


def crossover(measured: Measured, scope: Scope) -> list[Part]:
    """From where the GPU wins, as it stands after "the GPU wins"."""
    found = comparisons.crossover(measured.record, scope)
    title = f"the smallest size from which the GPU wins at all larger ones, {SCOPES[scope]}, "
    title += f"{measured.machine.title}, {measured.date}".replace(units.NBSP, " ")
    stale = bool(measured.stale)
    key = measured.key(scope=scope)
    if found is None:
        return [Number("at no size measured", "none", measured.path, title, stale, key)]
    record = measured.record
    label = record.amount(record.size(found)).replace(" ", units.NBSP)
    by = Number(label, found, measured.path, title, stale, key)
    lost = comparisons.still_lost(record, found, scope)
    if lost is None:
        return ["from ", by, " on" if found == record.sizes[0].n else " on, and perhaps below"]
    title = title.replace("smallest size from which", "largest size below at which").replace(
        "the GPU wins at all larger ones", "the CPU wins"
    )
    after = Number(record.size(lost).label, lost, measured.path, title, stale, key)
    return ["from a size between ", after, " and ", by, " on"]


def _has_best(record: Record, size: Size, devices: Sequence[str]) -> bool:
    """Whether every device has a timing to name at that size."""
    return all(comparisons.best(record, d, size.n, "compute", "float32") for d in devices)


def _has_others(record: Record, device: str, size: Size) -> bool:
    """Whether programs of another precision stand beside those in float32, Python's own apart."""
    return any(
        v.device == device
        and v.library != "python"
        and v.precision != "float32"
        and v.timing(size.n, "compute")
        for v in record.variants
    )


def _says_best(
    measured: Measured,
    size: Size,
    devices: Sequence[str],
    scopes: Sequence[Scope],
    drawn: Collection[str],
) -> list[Part]:
    """The best CPU and the best GPU variant at a size, in each scope in which they differ.

    A reader looks for it in the chart: where its name is not among those drawn, that is said.
    """
    said: dict[tuple[str, ...], list[Part]] = {}
    for scope in scopes:
        parts: list[Part] = [f"{SCOPES[scope]}, "]
        names: list[str] = []
        for device in devices:
            v = comparisons.best(measured.record, device, size.n, scope, "float32")
            t = v.timing(size.n, scope) if v else None
            if v and t:
                between = "; " if names else ""
                label = measured.label(v.name) + ("" if v.name in drawn else ", not drawn")
                kind = " in float32" * _has_others(measured.record, device, size)
                parts.append(f"{between}the best {device.upper()}{kind} ({label}) takes ")
                parts.append(figures.time(measured, v, t, scope))
                names.append(f"{v.name} {t.scope}")
        if names and tuple(names) not in said:  # a CPU alone may have one timing for both
            said[tuple(names)] = parts
    result: list[Part] = []
    for parts in said.values():
        scope_words = str(parts[0])
        start = f"At {measured.record.amount(size)}, {scope_words}"
        result += [start if not result else scope_words.capitalize(), *parts[1:], ". "]
    return result


def _missing(measured: Measured, shown: Sequence[Variant], size: Size | None) -> str:
    """Which of the variants have no mark on the chart, so that none is missing in silence."""
    parts = []
    late = [
        measured.label(v.name)
        for v in shown
        if v.timings and size and not any(v.timing(size.n, s) for s in BOTH)
    ]
    if late:
        parts.append(f"Left out at this size: {'; '.join(late)}. ")
    never = [(v.device, measured.label(v.name)) for v in shown if not v.timings]
    return "".join([*parts, _never(never)])


def _never(labels: Sequence[tuple[str, str]]) -> str:
    """Which variants, each by device and label, were never measured."""
    parts = []
    for device, words in (("cpu", figures.NOT_YET), ("gpu", figures.NOT_YET_GPU)):
        named = [label for of, label in labels if of == device]
        if named:
            parts.append(f"{words[0].upper()}{words[1:]}: {'; '.join(named)}. ")
    return "".join(parts)


def _legend(measured: Measured, kind: str, scopes: Sequence[Scope], transfers: bool) -> str:
    parts = []
    if len(scopes) == 1:
        parts.append(f"All times are {SCOPES[scopes[0]]}.")
    elif not transfers:
        parts.append("No data is moved: compute and end to end are the same call.")
    elif kind == "sizes":
        parts.append("Solid lines: compute, the data already in place; dashed: end to end.")
    else:
        parts.append("Times are compute, the data already in place, where not said otherwise.")
    if kind == "sizes":
        parts.append(f"The band around a line is the 95{units.NBSP}% interval of its median.")
    local = "This machine: " * measured.local
    quick = ", quick capture" * (measured.record.mode == "quick")
    parts.append(f"{local}{measured.machine.title}, {measured.date}{quick}.")
    return " ".join(parts)
