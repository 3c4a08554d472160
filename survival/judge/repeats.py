"""What a capture says of its own honesty: false alarms, drift, what a second one changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles

from survival import catalog, units
from survival.errors import RecordError
from survival.judge.comparisons import differ, times_as_fast
from survival.judge.findings import Finding
from survival.records import (
    REPEATS_FILE,
    Ends,
    Machine,
    Record,
    Repeatability,
    Repeated,
    Repeats,
    Timing,
    write,
)
from survival.stats import MIN_PROCESSES, summary

Fact = tuple[str, float | str, str]
"""As it is written, its value, and what it is."""


def pairs(records: Iterable[Record]) -> Iterator[tuple[Timing, Timing]]:
    """Every timing of a variant that was captured twice, and the same of its twin."""
    for record in records:
        if record.twin is None:
            continue
        first = record.variant(record.twin.name)
        for t in record.twin.timings:
            same = first.own_timing(t.size, t.scope)
            if same and min(t.processes, same.processes) >= MIN_PROCESSES:
                yield t, same


def false_alarms(records: Iterable[Record]) -> tuple[int, int]:
    """How many of these pairs differ though they are one program, and how many there are."""
    found = [differ(*pair) for pair in pairs(records)]
    return sum(found), len(found)


def drift(records: Iterable[Record]) -> float | None:
    """By which factor the slowest round of an example took longer than its fastest: the median."""
    found = [
        max(max(times) / min(times) for times in _moments(record))
        for record in records
        if record.rounds
    ]
    return median(found) if found else None


SLOWED = 1.5
"""Times as long as at best that the same work takes in a moment that counts as slow."""


def held_up(record: Record) -> tuple[int, int]:
    """In how many of its moments the machine was slow, on one core or on all, and of how many.

    A neighbour on the same hardware takes its share without being seen as a program.
    """
    slow = [sum(t > SLOWED * min(times) for t in times) for times in _moments(record)]
    return max(slow), len(record.rounds)


def _moments(record: Record) -> tuple[list[float], list[float]]:
    """What the fixed piece of work took in each round, in seconds: on one core, and on all."""
    return [r.one_core for r in record.rounds], [r.all_cores for r in record.rounds]


def repeatability(a: Mapping[str, Record], b: Mapping[str, Record]) -> Repeatability | None:
    """What changed between two captures of the same sources; None where they share too little.

    Of timings, how far the median moved; of ratios of two variants of one example, size and scope,
    how far the ratio did. Each as a share: 0.17 is 17 %.
    """
    times, ratios, overlap, held = [], [], [], []
    shared = captured_again(a, b)
    for name in shared:
        both = [(t, again) for _, t, again in _alike(a[name], b[name])]
        for t, again in both:
            times.append(_moved(t.median, again.median))
            overlap.append(t.low <= again.high and again.low <= t.high)
        for i, (t, again) in enumerate(both):
            for u, other in both[:i]:
                if (t.size, t.scope) == (u.size, u.scope):
                    before, after = times_as_fast(t, u), times_as_fast(again, other)
                    ratios.append(_moved(before.value, after.value))
                    held.append(before.low <= after.value <= before.high)
                    held.append(after.low <= before.value <= after.high)
    if len(times) < 2 or len(ratios) < 2:
        return None
    found = [x for many in (times, ratios) for x in (median(many), quantiles(many, n=10)[-1])]
    time, time_p90, ratio, ratio_p90 = (round(x, 4) for x in found)
    return Repeatability(
        captures=_captures(shared, a, b),
        timings=len(times),
        ratios=len(ratios),
        time=time,
        time_p90=time_p90,
        ratio=ratio,
        ratio_p90=ratio_p90,
        overlap=round(sum(overlap) / len(overlap), 4),
        held=round(sum(held) / len(held), 4),
    )


def repeats(machine: str, a: Mapping[str, Record], b: Mapping[str, Record]) -> Repeats | None:
    """Both captures, timing by timing; None where they share none of several processes.

    First calls are left out: each of their samples is a process, so that none stands alone.
    """
    shared = captured_again(a, b)
    timings = [
        Repeated(
            example=name,
            variant=variant,
            size=t.size,
            scope=t.scope,
            before=_ends(t),
            after=_ends(again),
            one_before=_alone(t),
            one_after=_alone(again),
        )
        for name in shared
        for variant, t, again in _alike(a[name], b[name])
        if t.scope != "first_call" and min(t.processes, again.processes) >= MIN_PROCESSES
    ]
    if not timings:
        return None
    return Repeats(
        schema_version=1,
        machine=machine,
        before=max(a[name].captured for name in shared),
        after=max(b[name].captured for name in shared),
        captures=_captures(shared, a, b),
        timings=timings,
    )


def captured_again(a: Mapping[str, Record], b: Mapping[str, Record]) -> list[str]:
    """The examples that both captures measured: what one kept of the other repeats nothing."""
    return sorted(n for n in a.keys() & b.keys() if a[n].captured != b[n].captured)


def _captures(names: Sequence[str], *sides: Mapping[str, Record]) -> tuple[str, ...]:
    return tuple(sorted({side[name].capture for side in sides for name in names}))


def _ends(timing: Timing) -> Ends:
    return timing.low, timing.median, timing.high


def _alone(timing: Timing) -> Ends:
    """What a timing would have been by its first process alone."""
    found = summary(timing.groups[min(timing.groups)])
    return found.low, found.median, found.high


def of_their_records(found: Repeats, records: Mapping[str, Record]) -> Iterator[Finding]:
    """What is said of the second capture is what its records say, where they are published."""
    for t in found.timings:
        record = records.get(t.example)
        if record is None or record.capture not in found.captures:
            continue
        timing = next(
            (v.own_timing(t.size, t.scope) for v in record.variants if v.name == t.variant), None
        )
        if timing is None or (_ends(timing), _alone(timing)) != (t.after, t.one_after):
            says = f"{t.example} {t.variant} at {t.size} is not what its record says; run `repeats`"
            yield Finding("record", found.path, f"{says} again", "fail")


def store(
    before: Mapping[str, Record],
    machine: Machine,
    now: Mapping[str, Record],
    name: str,
    claims: Sequence[str] = (),
) -> str:
    """Write what repeats into the folder of that name: both captures, and in short; one line of it.

    `claims` are those of the pages that both support (see compare.in_both). Raises RecordError
    where the captures share too little, or the name is no folder.
    """
    folder = next((f for f in (catalog.RESULTS / name, Path(name)) if f.is_dir()), None)
    found, each = repeatability(before, now), repeats(machine.name, before, now)
    if folder is None or found is None or each is None:
        raise RecordError(f"{name}: no folder of a capture that shares timings of one source")
    write(folder / REPEATS_FILE, each.model_copy(update={"claims": list(claims)}))
    write(folder / "machine.json", machine.model_copy(update={"repeatability": found}))
    return (
        f"{found.timings} timings moved by {found.time:.1%}, {found.overlap:.0%} of their "
        f"intervals overlap; {found.ratios} ratios moved by {found.ratio:.1%}, "
        f"{found.held:.0%} are held"
    )


def _moved(a: float, b: float) -> float:
    return max(a, b) / min(a, b) - 1


def _alike(a: Record, b: Record) -> Iterator[tuple[str, Timing, Timing]]:
    """The timings that both have, of one source, with the variant's name."""
    theirs = {v.name: v for v in b.variants}
    for v in a.variants:
        other = theirs.get(v.name)
        if other is None or other.source_hash != v.source_hash:
            continue
        for t in v.timings:
            if again := other.own_timing(t.size, t.scope):
                yield v.name, t, again


def honesty(machine: Machine, records: Mapping[str, Record]) -> Iterator[tuple[str, Fact]]:
    """What the page on machines says of how far to trust this machine's numbers."""
    old = sum(r.schema_version == 1 or r.mode == "quick" for r in records.values())
    if old:
        text = f"one, in {old} of {len(records)} records"
        yield "Processes per variant", (text, old, "records whose variants had one process each")
    wrong, all_of_them = false_alarms(records.values())
    if all_of_them:
        note = "pairs of one program with itself that differ"
        yield "False alarms", (f"{wrong:,} of {all_of_them:,}", wrong, note)
    if moved := drift(records.values()):
        text = f"{units.digits(moved, 3)} times"
        note = "slowest against fastest round of the reference loop in an example, median"
        yield "Drift while an example is captured", (text, moved, note)
    again = machine.repeatability
    if again is None:
        yield "Repeated", ("not yet repeated", "no", "two whole captures held against each other")
        return
    for label, half, tail in (
        ("A time in the next capture", again.time, again.time_p90),
        ("A ratio in the next capture", again.ratio, again.ratio_p90),
    ):
        text = f"moves by {units.percent(half)} (one in ten by over {units.percent(tail)})"
        yield label, (text, half, "median and 90th percentile between two whole captures")
    for label, share, what in (
        ("Intervals of times that overlap", again.overlap, "of a time in two whole captures"),
        ("Intervals of ratios that hold", again.held, "the ratio of the other of two captures"),
    ):
        yield label, (units.percent(share), share, what)
