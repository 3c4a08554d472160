"""The honesty rules, as small pure functions over records. Each carries its id into its message."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from survival import catalog
from survival.catalog import Example
from survival.errors import RecordError
from survival.judge.clocks import judge_clock
from survival.judge.comparisons import gpu_wins, one_process, why_disturbed
from survival.judge.compiled import judge_compiled
from survival.judge.elsewhere import browser
from survival.judge.elsewhere.bounds import TF32_PRODUCTS, within_its_bound
from survival.judge.elsewhere.expected import judge_expected
from survival.judge.findings import PHYSICS, Finding, of_its_samples
from survival.judge.gpus import linear_clock, no_software_gpu
from survival.judge.pins import Pins
from survival.judge.repeats import SLOWED, held_up, of_their_records
from survival.judge.staleness import NO_PINS, not_measured, stale, why_stale
from survival.records import (
    LOCAL,
    UNKNOWN_COMMIT,
    Device,
    Limit,
    Machine,
    Precision,
    Record,
    Results,
    Timing,
    Variant,
    is_dirty,
)
from survival.stats import MIN_PROCESSES, MIN_SAMPLES

MIN_SIZES = 5
"""H9."""


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
    """The whole way takes no less time than the part of it that computes.

    Held on the trip, the difference of both within each process: it is not below nothing.
    """
    for v in record.variants:
        for t in v.timings:
            trip = v.trip(t.size)
            whole = v.own_timing(t.size, "end_to_end")
            if t.scope != "compute" or whole is None or trip is None:
                continue
            empty = _emptied(t, v, record, machine)
            if not contradict(t.median, t.median + trip.high + empty):
                continue
            says = (
                f"size {t.size} took {whole.median:.3g} s end to end and {t.median:.3g} s for "
                "computing alone; capture it again on a quiet machine"
            )
            yield Finding("H4", f"{record.path} {v.name}", says, "fail")


def _emptied(timing: Timing, variant: Variant, record: Record, machine: Machine) -> float:
    """Seconds that an emptied cache may add to computing on a GPU, and to no way from end to end.

    The clock of `compute` clears the L2 cache before each sample: the data comes from memory, and
    so do the kernel and what a launch looks up. At most, that is its bytes at the memory's rate and
    one launch more.
    """
    if variant.device != "gpu" or not timing.cold:
        return 0.0
    try:
        rate = machine.ceilings.memory_rate("gpu", 2**62)
    except RecordError:
        return 0.0
    moved = record.size(timing.size).bytes_in(variant.precision)
    return moved / rate + (machine.ceilings.launch_seconds or 0.0)


def _operations(machine: Machine, rate: float, variant: Variant) -> float:
    """The most operations per second that a variant can have done, whichever unit did them.

    A library may split each float32 in two and multiply on tensor cores, three products for one.
    """
    if (variant.device, variant.precision) != ("gpu", "float32"):
        return rate
    try:
        split = machine.ceilings.operation_rate("gpu", "tf32") / TF32_PRODUCTS
    except RecordError:
        return rate
    return max(rate, split)


def h5_physics(record: Record, machine: Machine) -> Iterator[Finding]:
    """No result beats physics: implied rates are at most 1.05 of the best that any try reached."""
    limits = _limits(record, machine)
    bests = {
        (n, device, precision, cold): (
            machine.ceilings.memory_rate(
                device, record.size(n).bytes_in(precision), record.capture if cold else ""
            ),
            machine.ceilings.operation_rate(device, precision),
        )
        for n, device, precision, cold in limits
    }
    for v in record.variants:
        for t in v.timings:
            size = record.size(t.size)
            best = bests.get((t.size, v.device, v.precision, t.cold))
            if best is None:
                continue
            for what, amount, ceiling in (
                ("bytes", size.bytes_in(v.precision), best[0]),
                ("operations", size.operations, _operations(machine, best[1], v)),
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
    limits = _limits(record, machine)
    for v in record.variants:
        for check in v.checks:
            if check.limit is None:
                continue
            # A record of before says less of its limits, and is held to what it says.
            said = check.limit.model_dump(exclude_none=True)
            limit = limits.get((check.size, v.device, v.precision, v.cold(check.size)))
            if limit is None or not said.items() <= limit.model_dump().items():
                yield Finding(
                    "H5",
                    f"{record.path} {v.name}",
                    f"size {check.size} has another limit than machine.json allows; publish the "
                    "record together with the machine.json that was captured with it",
                    "reject",
                )


def _limits(record: Record, machine: Machine) -> dict[tuple[int, Device, Precision, bool], Limit]:
    """H5: what the machine allows at each size, but where there is no ceiling or no work.

    Of a GPU twice: for a clock that empties its cache before each sample, and for one that does
    not.
    """
    found = {}
    for device, precision in {(v.device, v.precision) for v in record.variants}:
        for size, cold in itertools.product(record.sizes, (False, True)):
            with suppress(RecordError, ValueError):
                limit = machine.ceilings.limit(size, device, precision, record.capture, cold)
                found[size.n, device, precision, cold] = limit
    return found


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
    if record.gpu_others and (used := record.gpu_others.says):
        yield Finding("H7", record.path, f"others used the GPU when it began: {used}", "mark")
    for v in [*record.variants, *([record.twin] if record.twin else [])]:
        for t in v.timings:
            where = f"{record.path} {v.name}"
            if t.n < MIN_SAMPLES:
                few = f"{t.n} samples, and {MIN_SAMPLES} are the fewest"
                says = f"size {t.size} {t.scope} has {few}{again}"
                yield Finding("H7", where, says, "fail")
                continue
            if not of_its_samples(t):
                says = f"size {t.size} {t.scope}: the statistics are of other samples{again}"
                yield Finding("H7", where, says, "reject")
            elif why := why_disturbed(t):
                yield Finding("H7", where, f"size {t.size} {t.scope}: {why}", "mark")
            elif record.mode == "full" and record.schema_version > 1 and one_process(t):
                few = f"{t.processes} processes, and {MIN_PROCESSES} are the fewest"
                says = f"size {t.size} {t.scope} was measured in {few}{again}"
                yield Finding("H7", where, says, "fail")


def h9_sweep(record: Record, machine: Machine) -> Iterator[Finding]:
    """At least five sizes, and one where the CPU wins if there is one."""
    sizes = {t.size for v in record.variants for t in v.timings if t.scope != "first_call"}
    if len(sizes) < MIN_SIZES:
        says = f"{len(sizes)} sizes were measured, and {MIN_SIZES} are the fewest; add some"
        yield Finding("H9", record.path, says, "fail")
    # Nothing is smaller than one: there the GPU may win.
    if sizes and min(sizes) > 1 and gpu_wins(record, min(sizes), "end_to_end"):
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
    no_software_gpu,
    linear_clock,
    within_its_bound,
)


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
    """What only a published record must be: a full capture of committed source, of the past.

    And of a machine that others left alone in most of its moments (H7). A reader who has just
    measured sees beside the numbers what was said of them.
    """

    def fault(says: str) -> Finding:
        return Finding("record", record.path, says, "fail")

    if record.mode != "full":
        yield fault("a quick capture is not published; run `make capture`")
    if record.commit == UNKNOWN_COMMIT:
        yield fault("its commit is unknown; capture it again in a clone that git can read")
    if is_dirty(record.commit):
        yield fault("measured on changes that were not committed; commit them, then `make publish`")
    if record.captured > datetime.now(UTC) + timedelta(days=1):
        yield fault("captured in the future; set the clock of that machine and capture it again")
    slow, moments = held_up(record)
    if record.mode == "full" and 2 * slow > moments:
        says = f"in {slow} of {moments} moments the same work took over {SLOWED:g} times its best"
        says += " time: others use this machine's hardware; capture it again when they do not"
        yield Finding("H7", record.path, says, "fail")


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
        if folder in results.repeats:
            findings += of_their_records(results.repeats[folder], results.records[folder])
    findings += browser.judge_all(results, examples)
    findings += judge_expected(results, examples)
    return [*findings, *judge_compiled(results, examples, pins)]
