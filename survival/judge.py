"""The honesty rules, as small pure functions over records. Each carries its id into its message.

A finding that `rejects` keeps a record from being written; one that `fails` breaks `make check` and
the build; one that only marks is shown on the page. Comparisons (ratio, crossover) are made here
too, so that no other module can compare what must not be compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from survival import catalog
from survival import pins as pinned
from survival.catalog import Example
from survival.errors import JudgeError, RecordError
from survival.pins import Pins
from survival.records import (
    CLOCK_FILE,
    LOCAL,
    Clock,
    Limit,
    Machine,
    Reading,
    Record,
    Results,
    Scope,
    Size,
    Timing,
    Variant,
    is_dirty,
)
from survival.stats import MIN_SAMPLES, summary

NOISY = 0.02
"""H7: half-width of the interval, as a share of the median, above which a timing is marked."""
DISTURBED = 0.1
"""H7: share of the processors, taken by other programs, above which a timing is marked."""
PHYSICS = 1.05
"""H5: how far above a measured ceiling a result may lie before it is an error of measurement."""
MIN_SIZES = 5
"""H9."""
CLOCK_FROM = 50e-6
"""Seconds from which timers must agree: below, resolution and launch cost are a visible share."""
CLOCK_TOLERANCE = 0.10
"""How far apart two timers may be. The GPU timers find caches and clock rates in other states, and
a busy machine slows one turn and not the next; a timer that watches the wrong thing is off by far
more. No page builds on a difference that is smaller than the intervals."""
CLOCK_RESOLUTION = 1e-3
"""By what share a clock may see less than the known length: its own steps, and rounding."""
STOPPED_EARLY = ("returns", "cupyx_cpu")
"""Readings of a clock that is stopped when the call returns: wrong on purpose, to be shown beside
the right ones, and judged by no rule of physics."""
CLOCK_TASKS: dict[str, tuple[str, str, float | None, int]] = {
    "sleep_1ms": ("cpu", "sleep", 1e-3, 0),
    "sleep_10ms": ("cpu", "sleep", 1e-2, 0),
    "sleep_100ms": ("cpu", "sleep", 1e-1, 0),
    "spin_100us": ("cpu", "spin", 1e-4, 0),
    "spin_1ms": ("cpu", "spin", 1e-3, 0),
    "spin_10ms": ("cpu", "spin", 1e-2, 0),
    "copy": ("cpu", "copy", None, 2**27),
    "other_thread": ("cpu", "launch", 1e-2, 0),
    "gpu_empty": ("gpu", "kernel", None, 0),
    "gpu_copy": ("gpu", "kernel", None, 2**29),
    "gpu_saxpy": ("gpu", "kernel", None, 3 * 2**28),
    "gpu_loop": ("gpu", "kernel", None, 0),
    "gpu_strided": ("gpu", "kernel", None, 2**29),
    "gpu_launch": ("gpu", "launch", None, 0),
} | {
    f"{name}_copy_{mib}_mib": (device, "launched_copy", None, mib * 2**21)
    for device, name in (("cpu", "other_thread"), ("gpu", "gpu_launched"))
    for mib in (1, 4, 16, 64, 256)
}
"""Device, kind, known seconds and bytes of each task that survival/clock.py times."""
CLOCK_TIMERS = {
    **{kind: {"pyperf", "timeit"} for kind in ("sleep", "spin", "copy")},
    **{kind: {"returns", "finishes"} for kind in ("launch", "launched_copy")},
    "kernel": {"cuda_bench", "triton", "cupyx"},
}
"""Which timers each kind of task needs a reading of."""
NO_PINS: Pins = MappingProxyType({})


Severity = Literal["reject", "fail", "mark"]


@dataclass(frozen=True)
class Finding:
    """What a rule says of a record."""

    rule: str
    where: str
    says: str
    severity: Severity

    @property
    def message(self) -> str:
        """One line: rule, place, fault."""
        return f"{self.rule} {self.where}: {self.says}"

    @property
    def rejects(self) -> bool:
        """Whether the record must not be kept."""
        return self.severity == "reject"

    @property
    def fails(self) -> bool:
        """Whether the build must not go on."""
        return self.severity != "mark"


def h1_same_machine(record: Record, machine: Machine) -> Iterator[Finding]:
    """Both sides of a ratio come from one machine and one capture: a record is one capture."""
    if record.machine != machine.name:
        yield Finding(
            "H1",
            record.path,
            f"measured on '{record.machine}' but lies beside machine '{machine.name}'; "
            "move it to the folder of its own machine",
            "fail",
        )


def h4_end_to_end_beside_compute(record: Record, machine: Machine) -> Iterator[Finding]:
    """Where compute was timed, end_to_end was timed or says why not."""
    for v in record.variants:
        told = {(x.size, x.scope) for x in v.left_out}
        for t in v.timings:
            alone = t.scope == "compute" and not v.timing(t.size, "end_to_end")
            if alone and (t.size, "end_to_end") not in told:
                says = f"size {t.size} has compute without end_to_end; capture it again"
                yield Finding("H4", f"{record.path} {v.name}", says, "fail")


def contradict(compute_low: float, end_to_end_high: float) -> bool:
    """Whether a part of the way, computing, took longer than all of it, in seconds.

    By more than PHYSICS allows: the clock of a GPU is not the same from moment to moment.
    """
    return compute_low > PHYSICS * end_to_end_high


def h4_end_to_end_contains_compute(record: Record, machine: Machine) -> Iterator[Finding]:
    """The whole way takes no less time than the part of it that computes."""
    for v in record.variants:
        for t in v.timings:
            whole = v.timing(t.size, "end_to_end")
            if t.scope != "compute" or whole is None or not contradict(t.low, whole.high):
                continue
            says = (
                f"size {t.size} took {whole.median:.3g} s end to end and {t.median:.3g} s for "
                "computing alone; capture it again on a quiet machine"
            )
            yield Finding("H4", f"{record.path} {v.name}", says, "fail")


def h5_physics(record: Record, machine: Machine) -> Iterator[Finding]:
    """No result beats physics: implied rates are at most 1.05 of this machine's ceilings."""
    for v in record.variants:
        for t in v.timings:
            size = record.size(t.size)
            limit = _limit(machine, size, v)
            if limit is None:
                continue
            for what, amount, ceiling in (
                ("bytes", size.bytes_in(v.precision), limit.bytes_per_second),
                ("operations", size.operations, limit.operations_per_second),
            ):
                rate = amount / t.median
                if rate > PHYSICS * ceiling:
                    yield Finding(
                        "H5",
                        f"{record.path} {v.name}",
                        f"size {t.size} {t.scope} implies {rate:.3g} {what}/s, above the "
                        f"{ceiling:.3g} measured on this machine; find the error of measurement, "
                        "or capture again if the machine was busy while its ceilings were measured",
                        "reject",
                    )


def h5_limits_are_the_machines(record: Record, machine: Machine) -> Iterator[Finding]:
    """A record's limits follow from the ceilings in machine.json, and are not its own."""
    for v in record.variants:
        for check in v.checks:
            if check.limit and check.limit != _limit(machine, record.size(check.size), v):
                yield Finding(
                    "H5",
                    f"{record.path} {v.name}",
                    f"size {check.size} has another limit than machine.json allows; publish the "
                    "record together with the machine.json that was captured with it",
                    "reject",
                )


def _limit(machine: Machine, size: Size, variant: Variant) -> Limit | None:
    """H5: what the machine allows a variant at a size; None without a ceiling, or without work."""
    try:
        return machine.ceilings.limit(size, variant.device, variant.precision)
    except (RecordError, ValueError):
        return None


def h6_checked_against_oracle(record: Record, machine: Machine) -> Iterator[Finding]:
    """A timing counts only if the same run's output was right at that size."""
    again = "capture it again"
    for v in record.variants:
        for t in v.timings:
            check = v.check(t.size)
            if check is None:
                says = f"size {t.size} was timed but never checked against the oracle; {again}"
            elif check.error > record.allowed(v):
                says = (
                    f"size {t.size} has error {check.error:.3g}, "
                    f"above the tolerance {record.allowed(v):g}; mend the variant, then {again}"
                )
            elif check.limit is None:
                says = f"size {t.size} has no physical limit to be held against; {again}"
            else:
                continue
            yield Finding("H6", f"{record.path} {v.name}", says, "reject")


def h7_median_and_interval(record: Record, machine: Machine) -> Iterator[Finding]:
    """Enough samples for an interval, and the stated statistics are those of the samples."""
    again = "; capture it again"
    for v in record.variants:
        for t in v.timings:
            where = f"{record.path} {v.name}"
            if t.n < MIN_SAMPLES:
                few = f"{t.n} samples, and {MIN_SAMPLES} are the fewest"
                says = f"size {t.size} {t.scope} has {few}{again}"
                yield Finding("H7", where, says, "fail")
                continue
            if not _of_its_samples(t):
                says = f"size {t.size} {t.scope}: the statistics are of other samples{again}"
                yield Finding("H7", where, says, "reject")
            elif why := why_noisy(t):
                says = f"size {t.size} {t.scope} is noisy, {t.low:.3g} to {t.high:.3g} s: {why}"
                yield Finding("H7", where, says, "mark")


def _of_its_samples(seen: Timing | Reading) -> bool:
    """H7: whether the stated statistics are those of the samples."""
    stated = (seen.median, seen.low, seen.high, seen.q1, seen.q3)
    true = summary(seen.samples)
    return all(abs(a - b) <= 1e-6 * b for a, b in zip(stated, true, strict=True))


def h9_sweep(record: Record, machine: Machine) -> Iterator[Finding]:
    """At least five sizes, and one where the CPU wins if there is one."""
    sizes = {t.size for v in record.variants for t in v.timings if t.scope != "first_call"}
    if len(sizes) < MIN_SIZES:
        says = f"{len(sizes)} sizes were measured, and {MIN_SIZES} are the fewest; add some"
        yield Finding("H9", record.path, says, "fail")
    # Nothing is smaller than one: there the GPU may win.
    if sizes and min(sizes) > 1 and _gpu_wins(record, min(sizes), "end_to_end"):
        says = f"the GPU wins at the smallest size, {min(sizes)}; begin the sweep lower"
        yield Finding("H9", record.path, says, "fail")


RECORD_RULES: tuple[Callable[[Record, Machine], Iterator[Finding]], ...] = (
    h1_same_machine,
    h4_end_to_end_beside_compute,
    h4_end_to_end_contains_compute,
    h5_physics,
    h5_limits_are_the_machines,
    h6_checked_against_oracle,
    h7_median_and_interval,
    h9_sweep,
)


def stale(record: Record, example: Example) -> list[str]:
    """H12: names of the variants whose source is not the one that was measured."""
    today = {v.name: example.source_hash(v) for v in example.variants}
    return [v.name for v in record.variants if today.get(v.name) != v.source_hash]


def why_stale(record: Record, example: Example | None, pins: Pins) -> dict[str, str]:
    """H12: stale variants that ran, each with why, as a sentence goes on after "measured"."""
    found = {name: f"with {why}" for name, why in pinned.outdated(record, pins).items()}
    if example:
        ran = {v.name for v in record.variants if v.status != "not_run"}
        old = [name for name in stale(record, example) if name in ran]
        found |= dict.fromkeys(old, "on an older version of its source")
    return found


def not_measured(record: Record, example: Example) -> list[str]:
    """H2, H12: CPU variants that the record lacks: one of them may be the fastest."""
    known = {v.name for v in record.variants}
    return [v.name for v in example.variants if v.device == "cpu" and v.name not in known]


def of_its_example(record: Record, machine: Machine, example: Example) -> Iterator[Finding]:
    """What a record says of its example and its machine is what they say of themselves.

    A name tells device, library and precision; the rest is known only while the source is the one
    that was measured.
    """

    def fault(where: str, what: str, mine: object, theirs: object) -> Finding:
        says = f"{what} is {mine}, but {theirs} in the example; capture it again"
        return Finding("record", f"{record.path} {where}".strip(), says, "fail")

    today = {v.name: v for v in example.variants}
    fresh = [n for n in {v.name for v in record.variants} - {*stale(record, example)} if n in today]
    for v in record.variants:
        if v.name in today:
            for what in ("device", "library", "precision", *["transfers"] * (v.name in fresh)):
                mine, theirs = getattr(v, what), getattr(today[v.name], what)
                if mine != theirs:
                    yield fault(v.name, what, mine, theirs)
        if v.device == "gpu" and v.timings and machine.gpu is None:
            says = "timed on a GPU, but machine.json has none; capture it again where the GPU is"
            yield Finding("record", f"{record.path} {v.name}", says, "fail")
    if not fresh:
        return
    problem = example.problem()
    labels = {n: catalog.size_label(problem, n) for n in problem.SIZES}
    told = {s.n: s.label for s in record.sizes} | {s.n: s.label for s in record.sizes_left_out}
    for what, mine, theirs in (
        ("unit", record.unit, problem.UNIT),
        ("tolerance", record.tolerance, problem.TOLERANCE),
        ("tolerances", record.tolerances, catalog.tolerances(problem)),
        ("error_measure", record.error_measure, problem.ERROR),
        ("sizes", told, labels),
    ):
        if mine != theirs:
            yield fault("", what, mine, theirs)


def fit_to_publish(record: Record) -> Iterator[Finding]:
    """What only a published record must be: a full capture of committed source, and of the past."""

    def fault(says: str) -> Finding:
        return Finding("record", record.path, says, "fail")

    if record.mode != "full":
        yield fault("a quick capture is not published; run `make capture`")
    if is_dirty(record.commit):
        yield fault("measured on changes that were not committed; commit them, then `make publish`")
    if record.captured > datetime.now(UTC) + timedelta(days=1):
        yield fault("captured in the future; set the clock of that machine and capture it again")


def judge_record(
    record: Record, machine: Machine, example: Example | None, pins: Pins = NO_PINS
) -> list[Finding]:
    """Every rule over one record. Without its example, a change of source cannot be told."""
    findings = [f for rule in RECORD_RULES for f in rule(record, machine)]
    again = f"; `make capture EXAMPLE={record.example}` measures it"
    for name, why in why_stale(record, example, pins).items():
        says = f"measured {why}{again} again"
        findings.append(Finding("H12", f"{record.path} {name}", says, "mark"))
    if example:
        findings += of_its_example(record, machine, example)
        for name in not_measured(record, example):
            says = f"not in this record, though it may be the fastest CPU variant{again}"
            findings.append(Finding("H12", f"{record.path} {name}", says, "mark"))
    return findings


def judge_clock(clock: Clock, machine: Machine, path: str = "") -> list[Finding]:
    """The timers of a machine against each other, and against what is known of their tasks.

    A sleep or a spin never ends early; a spin ends when it was asked to; a copy is no faster than
    memory (H5); and two timers of one task agree from CLOCK_FROM on. `path` says where
    the file lies, if not with the published ones.
    """
    found = []

    def fault(what: str, says: str, rule: str = "clock") -> None:
        says += "; capture it again on a quiet machine (`.venv/bin/python -m survival clock`)"
        found.append(Finding(rule, f"{path or clock.path} {what}", says, "fail"))

    if clock.machine != machine.name:
        fault("machine", f"of '{clock.machine}' but beside machine '{machine.name}'", "H1")
    for task in clock.tasks:
        for r in task.readings:
            if not _of_its_samples(r):
                fault(task.name, f"{r.timer}: the statistics are not those of the samples", "H7")
        if task.kind == "launch":
            continue
        for r in task.readings:
            if r.timer in STOPPED_EARLY:
                continue
            known = task.known_seconds
            if known and min(r.samples) < known * (1 - CLOCK_RESOLUTION):
                says = f"{r.timer} saw {min(r.samples):.6g} s of what takes {known:g} s at least"
                fault(task.name, says)
            if known and task.kind == "spin" and r.low > known * (1 + CLOCK_TOLERANCE):
                fault(task.name, f"{r.timer} saw {r.median:.3g} s of a spin of {known:g} s")
            if task.kind in ("copy", "launched_copy") and any(
                m.device == task.device for m in machine.ceilings.memory
            ):
                ceiling = machine.ceilings.memory_rate(task.device, task.bytes)
                if task.bytes / r.median > PHYSICS * ceiling:
                    says = f"{r.timer} implies {task.bytes / r.median:.3g} bytes/s, above the "
                    fault(task.name, f"{says}{ceiling:.3g} measured on this machine", "H5")
        if task.kind == "launched_copy":
            continue
        for i, a in enumerate(task.readings):
            for b in task.readings[i + 1 :]:
                if not timers_agree(a, b):
                    fault(
                        task.name,
                        f"{a.timer} says {a.median:.4g} s and {b.timer} {b.median:.4g} s: more "
                        f"than {CLOCK_TOLERANCE:.0%} apart, and their intervals do not overlap",
                    )
    return found


def check_clocks(results: Results, source_hash: str) -> list[Finding]:
    """Every machine has a whole check of its clocks, by today's check and timers (H12)."""
    found = []
    for folder in results.order():
        clock, machine = results.clocks.get(folder), results.machines[folder]
        path = f"results/{machine.name}/{CLOCK_FILE}"
        again = "`.venv/bin/python -m survival clock` checks again"
        if clock is None:
            says = f"the clocks of this machine were not checked; {again}, then publish it"
            found.append(Finding("clock", path, says, "fail"))
        elif clock.source_hash != source_hash:
            says = f"the timers changed since they were checked; {again}"
            found.append(Finding("H12", path, says, "mark"))
        else:
            for task in lacking(clock, machine):
                says = f"not in the check, or not by every timer; {again}, then publish it"
                found.append(Finding("clock", f"{path} {task}", says, "fail"))
    return found


def lacking(clock: Clock, machine: Machine) -> list[str]:
    """Tasks that a check of this machine must have, and that `clock` has not as they must be."""
    told = {t.name: t for t in clock.tasks}
    found = []
    for name, expected in CLOCK_TASKS.items():
        if expected[0] == "gpu" and machine.gpu is None:
            continue
        task = told.get(name)
        if task is None or (task.device, task.kind, task.known_seconds, task.bytes) != expected:
            found.append(name)
            continue
        timers = {r.timer for r in task.readings}
        if task.kind == "kernel":  # a library may be missing, and then says so
            timers |= task.unusable.keys()
        if not timers >= CLOCK_TIMERS[task.kind]:
            found.append(name)
    return found


def differ(a: Timing | Reading, b: Timing | Reading) -> bool:
    """H8: whether two times differ measurably: their intervals do not overlap."""
    return a.high < b.low or b.high < a.low


def timers_agree(a: Reading, b: Reading) -> bool:
    """Whether two timers tell one time: short, or within the tolerance, or intervals overlap."""
    short, long = sorted((a.median, b.median))
    return long < CLOCK_FROM or long <= short * (1 + CLOCK_TOLERANCE) or not differ(a, b)


def judge_results(
    results: Results, examples: dict[str, Example], pins: Pins = NO_PINS
) -> list[Finding]:
    """Every rule over every record and clock. A record of an example that is gone fails."""
    findings = []
    for folder in results.order():
        for name, record in results.records[folder].items():
            if name not in examples:
                says = "there is no such example any more; remove the record"
                findings.append(Finding("H12", record.path, says, "fail"))
            findings += judge_record(record, results.machines[folder], examples.get(name), pins)
            if folder != LOCAL:
                findings += fit_to_publish(record)
        if folder in results.clocks:
            findings += judge_clock(results.clocks[folder], results.machines[folder])
    return findings


def for_release(findings: list[Finding]) -> list[Finding]:
    """H12: the same findings, where what is stale is no longer a mark but fails."""
    return [replace(f, severity="fail") if f.rule == "H12" else f for f in findings]


def disturbed(others: float | None) -> bool:
    """H7: whether other programs took so much of the processors that a timing may not be ours.

    Samples tell nothing of it: who waits for a core each time waits for the same time.
    """
    return others is not None and others > DISTURBED


def why_noisy(timing: Timing) -> str:
    """H7: why a timing is marked as noisy; empty if it is not."""
    reasons = []
    if max(timing.high - timing.median, timing.median - timing.low) > NOISY * timing.median:
        reasons.append("the 95 % interval is wider than 2 % of the median to either side")
    if disturbed(timing.others):
        share = round(100 * (timing.others or 0))
        reasons.append(f"other programs took {share} % of the processors meanwhile")
    return "; ".join(reasons)


def fraction(record: Record, variant: Variant, timing: Timing) -> float | None:
    """Share of the physical limit that a compute timing reaches, 1 at best; None in other scopes.

    End to end has other limits (the bus, the allocator) that this number would hide.
    """
    check = variant.check(timing.size)
    if timing.scope != "compute" or check is None or check.limit is None:
        return None
    return check.limit.seconds / timing.median


def best(record: Record, device: str, size: int, scope: Scope, precision: str) -> Variant | None:
    """H2, H3: the fastest variant of a device at a size and scope, of one precision.

    Pure Python counts as any precision: its float64 is the only one it has.
    """
    timed = [
        (t.median, v.name, v)
        for v in record.variants
        if v.device == device
        and (v.precision == precision or v.library == "python")
        and (t := v.timing(size, scope))
    ]
    return min(timed)[2] if timed else None


@dataclass(frozen=True)
class Ratio:
    """How a variant compares with another at one size in one scope."""

    variant: Variant
    base: Variant
    mine: Timing
    theirs: Timing
    precisions: str = ""
    """H3: what a label must say where the two compute in different precisions."""

    @property
    def differs(self) -> bool:
        """H8: whether the two times differ measurably."""
        return differ(self.mine, self.theirs)

    @property
    def faster(self) -> bool:
        """Whether the variant needs less time; meaningful only if it differs."""
        return self.mine.median < self.theirs.median

    @property
    def value(self) -> float:
        """The longer median over the shorter: at least 1."""
        a, b = self.mine.median, self.theirs.median
        return max(a, b) / min(a, b)


def h3_precisions(record: Record, variant: Variant, base: Variant, size: int) -> str:
    """H3: what a label must say of the precisions of a ratio; empty if both sides have one.

    Python knows only float64, so it may be held against any other variant; the label then says
    both precisions, with the errors against the float64 oracle at that size. Raises JudgeError
    for any other mixture, and where an error is not known.
    """
    if variant.precision == base.precision:
        return ""
    if "python" not in (variant.library, base.library):
        raise JudgeError(
            f"H3 {record.path}: '{variant.name}' computes in {variant.precision}, "
            f"'{base.name}' in {base.precision}"
        )
    parts = []
    for v in (variant, base):
        check = v.check(size)
        if check is None:
            raise JudgeError(
                f"H3 {record.path}: '{v.name}' has no error against the oracle at size {size}, "
                f"which a ratio between {variant.precision} and {base.precision} must show"
            )
        parts.append(f"{v.precision}, error {check.error:.1e}")
    return " against ".join(parts)


def headline(record: Record, variant: Variant, size: int, scope: Scope) -> Ratio | None:
    """A variant against the fastest CPU variant of its precision (H2); None if one is untimed."""
    found = _against_best_cpu(record, variant, size, scope)
    if found is None:
        return None
    return replace(found, precisions=h3_precisions(record, variant, found.base, size))


def _against_best_cpu(record: Record, variant: Variant, size: int, scope: Scope) -> Ratio | None:
    base = best(record, "cpu", size, scope, variant.precision)
    mine = variant.timing(size, scope)
    if base is None or mine is None or base.name == variant.name:
        return None
    theirs = base.timing(size, scope)
    assert theirs is not None  # best() saw it
    return Ratio(variant, base, mine, theirs)


def ratio(record: Record, name: str, base: str, size: int, scope: Scope) -> Ratio:
    """Two named variants compared. Raises JudgeError if H2 forbids it or one was not timed."""
    variant, other = record.variant(name), record.variant(base)
    if variant.device == "gpu" and other.device == "cpu":
        fastest = best(record, "cpu", size, scope, variant.precision)
        if fastest and fastest.name != base:
            raise JudgeError(
                f"H2 {record.path}: a GPU is compared with the fastest CPU variant, "
                f"which is '{fastest.name}' here, not '{base}'"
            )
    mixed = h3_precisions(record, variant, other, size)
    mine, theirs = variant.timing(size, scope), other.timing(size, scope)
    for v, t in ((variant, mine), (other, theirs)):
        if t is None:
            raise JudgeError(f"{record.path}: '{v.name}' has no {scope} timing at size {size}")
    assert mine is not None
    assert theirs is not None
    return Ratio(variant, other, mine, theirs, mixed)


def crossover(record: Record, scope: Scope, precision: str = "float32") -> int | None:
    """H10: the smallest size from which the GPU wins at all larger ones; None if there is none.

    Only sizes where both a CPU and a GPU variant were timed count.
    """
    both = [
        s.n
        for s in record.sizes
        if best(record, "cpu", s.n, scope, precision) and best(record, "gpu", s.n, scope, precision)
    ]
    found = None
    for n in sorted(both, reverse=True):
        if not _gpu_wins(record, n, scope, precision):
            break
        found = n
    return found


def _gpu_wins(record: Record, size: int, scope: Scope, precision: str = "float32") -> bool:
    gpu = best(record, "gpu", size, scope, precision)
    against = _against_best_cpu(record, gpu, size, scope) if gpu else None
    return against is not None and against.differs and against.faster
