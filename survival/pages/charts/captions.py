"""What stands below a chart: its findings in words, what has no mark on it, and how to read it."""

import math
from collections.abc import Collection, Sequence

from survival import units
from survival.judge import comparisons
from survival.judge.evidence import SCOPES, Measured
from survival.pages.charts.specs import Series
from survival.pages.words import figures
from survival.pages.words.figures import Number, Part
from survival.records import Record, Scope, Size, Variant

BOTH: tuple[Scope, ...] = ("compute", "end_to_end")
MARK = 0.01
"""Half the height of a mark, of the height of a chart: two marks that are nearer look like one."""


def over_sizes(
    measured: Measured, devices: Sequence[str], scopes: Sequence[Scope], drawn: Collection[str]
) -> list[Part]:
    """What the chart shows: the best at the largest size, and the crossover."""
    record = measured.record
    both = [s for s in record.sizes if _has_best(record, s, devices)]
    parts = best_of(measured, both[-1], devices, scopes, drawn) if both else []
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


def best_of(
    measured: Measured,
    size: Size,
    devices: Sequence[str],
    scopes: Sequence[Scope],
    drawn: Collection[str],
) -> list[Part]:
    """The best CPU and the best GPU variant at a size, in each scope in which they differ.

    A reader looks for it in the chart: where its name is not among those drawn, that is said. So is
    which of those drawn it does not beat measurably.
    """
    said: dict[tuple[str, ...], list[Part]] = {}
    for scope in scopes:
        parts: list[Part] = []
        names: list[str] = []
        for device in devices:
            v = comparisons.best(measured.record, device, size.n, scope, "float32")
            t = v.timing(size.n, scope) if v else None
            if v and t:
                near = comparisons.rivals(measured.record, device, size.n, scope, "float32")
                label = measured.label(v.name) + ("" if v.name in drawn else ", not drawn")
                close = [measured.label(other.name) for other in near if other.name in drawn]
                if close:
                    label += f"; {figures.NOT_SETTLED} from {', nor from '.join(close)}"
                kind = " in float32" * _has_others(measured.record, device, size)
                of = f"the fastest on the {device.upper()}{kind} ({label})"
                parts += [
                    f"; {of} " if names else f"{of} takes ",
                    figures.time(measured, v, t, scope),
                ]
                names.append(f"{v.name} {t.scope}")
        if not names or tuple(names) in said:  # a CPU alone may have one timing for both
            continue
        if said:
            said[tuple(names)] = [f"{SCOPES[scope].capitalize()}, ", *parts, ". "]
        else:
            of = f" ({'both ' * (len(names) > 1)}{SCOPES[scope]}). "
            said[tuple(names)] = [f"At {measured.record.amount(size)} ", *parts, of]
    return [part for parts in said.values() for part in parts]


def missing(measured: Measured, shown: Sequence[Variant], size: Size | None) -> str:
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
    return "".join([*parts, never_measured(never)])


def never_measured(labels: Sequence[tuple[str, str]]) -> str:
    """Which variants, each by device and label, were never measured."""
    parts = []
    for device, words in (("cpu", figures.NOT_YET), ("gpu", figures.NOT_YET_GPU)):
        named = [label for of, label in labels if of == device]
        if named:
            parts.append(f"{words[0].upper()}{words[1:]}: {'; '.join(named)}. ")
    return "".join(parts)


def covered(series: Sequence[Series]) -> list[str]:
    """A sentence on each line that another one hides: all of its marks lie under the other's."""
    measured = [s for s in series if not s.cited and not s.ceiling]
    heights = [math.log(p.y) for s in measured for p in s.points]
    mark = MARK * (max(heights) - min(heights)) if heights else 0.0
    found = []
    for at, below in enumerate(measured):
        for above in measured[at + 1 :]:
            if above.dashed and not below.dashed:
                continue  # it is seen between the dashes
            over = {p.x: p.y for p in above.points}
            if all(p.x in over and abs(math.log(p.y / over[p.x])) < mark for p in below.points):
                name = below.label + below.suffix
                found.append(f"The line of {name} is under that of {above.label}{above.suffix}.")
                break
    return found


def legend(
    measured: Measured, kind: str, scopes: Sequence[Scope], series: Sequence[Series], moved: bool
) -> str:
    """How to read it; `moved` says whether any of its programs moves data at all."""
    on_gpu = any(s.device == "gpu" and not s.cited for s in series)
    way = "bringing the data to the GPU and the result back"
    parts = []
    if len(scopes) == 1:
        counted = {
            "compute": "the data is in place when the clock starts",
            "end_to_end": f"{way} counts" if on_gpu else "the whole call, from data to result",
        }
        parts.append(f"All times are {SCOPES[scopes[0]]}: {counted[scopes[0]]}.")
    elif not on_gpu and not any(s.dashed for s in series):
        parts.append("Compute is the time of the call itself: its data is ready before.")
    elif not moved:
        parts.append(
            "Compute is the time with the data in place. No program here has to copy its data "
            "first, so that is the whole call."
        )
    elif not any(s.dashed for s in series):
        what = "line" if kind == "sizes" else "mark"
        parts.append(
            f"Compute is the time with the data in place. {way[0].upper()}{way[1:]} would move no "
            f"{what} here."
        )
    elif kind == "sizes":
        ways = [{s.label for s in series if s.dashed == dashed} for dashed in (True, False)]
        where = ", where it differs" * (len(ways[0]) < len(ways[1]))
        parts.append(
            "Solid lines: compute, the data already in place; dashed: end to end, with "
            f"{way if on_gpu else 'what prepares the data and the result'}{where}."
        )
    else:
        parts.append("Times are compute, the data already in place, where not said otherwise.")
    if kind == "sizes":
        parts.append(
            f"A mark is a median. The band, its 95{units.NBSP}% interval, says how sure it is."
        )
    else:
        parts.append(
            f"A mark is a median. Its line, the 95{units.NBSP}% interval, says how sure it is."
        )
    if kind == "sizes":
        parts += covered(series)
    if any(s.stale for s in series):
        parts.append("Stale: measured on an older program, problem or library.")
    local = "This machine: " * measured.local
    quick = ", quick capture" * (measured.record.mode == "quick")
    parts.append(f"{local}{measured.machine.title}, {measured.date}{quick}.")
    return " ".join(parts)
