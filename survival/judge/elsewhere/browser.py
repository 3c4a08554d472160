"""Is a record from a browser one that can be believed? Nobody knows who made it.

Its times are held against the example's own tolerance, its work as our records count it, and what a
data sheet allows. It enters no comparison however that ends.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from survival.catalog import Example
from survival.judge.elsewhere.bounds import HIGHER_CLOCK, DataSheet, data_sheets
from survival.judge.findings import PHYSICS, Finding
from survival.judge.gpus import LINEAR, SOFTWARE_NAMES
from survival.records import BROWSER, Browser, Record, Results, Size
from survival.records.browser import Batches, Measured, Point

STEP = 0.005
"""Seconds: a clock of longer steps the page refuses."""
BELIEVED = (0.5, 2.0)
"""Twice the work takes as long again, within a factor of two, or the page refuses the time."""


def judge(
    found: Browser, where: str, examples: dict[str, Example], records: Iterable[Record] = ()
) -> Iterator[Finding]:
    """What is wrong with a record from a browser; `records` know the work of each size.

    Rejected is what cannot be true, marked what is no evidence of a GPU.
    """
    if found.captured > datetime.now(UTC) + timedelta(days=1):
        yield Finding("browser", where, f"is of the future: {found.captured:%Y-%m-%d}", "reject")
    known = {(r.example, s.n): s for r in records for s in r.sizes}
    for name, seen in found.examples.items():
        here = f"{where} {name}"
        if name not in examples:
            yield Finding("browser", here, "there is no such example", "reject")
            continue
        if seen.clock.step > STEP:
            says = f"its clock moves in steps of {seen.clock.step:.3g} s: it cannot tell"
            yield Finding("browser", here, says, "reject")
        if seen.software or SOFTWARE_NAMES.search(seen.name):
            says = f"'{seen.name}' is a program that plays a GPU on the CPU: no evidence of one"
            yield Finding("gpu", here, says, "mark")
        problem = examples[name].problem()
        for point in seen.points:
            if point.n not in problem.SIZES:
                says = f"has a size of {point.n}, which the example has not"
                yield Finding("browser", here, says, "reject")
                continue
            yield from _point(seen, point, here, problem.TOLERANCE, known.get((name, point.n)))


def _point(
    seen: Measured, point: Point, where: str, tolerance: float, known: Size | None
) -> Iterator[Finding]:
    """What is wrong with one size; `known` is its work as our own records count it."""
    of = f"size {point.n}"
    errors = {"the result": point.error} | (
        {"the CPU's result": point.cpu.error} if point.cpu else {}
    )
    for what, error in errors.items():
        if error > tolerance:
            says = f"{of}: {what} is off by {error:.2g}, allowed is {tolerance:g}"
            yield Finding("H6", where, says, "reject")
    for what, batches in {"compute": point.compute, "the CPU": point.cpu}.items():
        if batches:
            yield from _linear(batches, f"{of} {what}", where)
    if point.compute.low > PHYSICS * point.end_to_end.high:
        says = f"{of} took longer to compute than end to end"
        yield Finding("H4", where, says, "reject" if not point.noisy else "mark")
    size = known or Size(n=point.n, label="", bytes=point.bytes, operations=point.operations)
    sheet, bound = _bound(seen.name, size)
    for scope, took in (("compute", point.compute), ("end to end", point.end_to_end)):
        if took.median * HIGHER_CLOCK < bound:
            says = (
                f"{of} {scope} took {took.median:.3g} s, and the data sheet of the {sheet} allows "
                f"{bound:.3g} s at best; no browser measures that"
            )
            yield Finding("H5", where, says, "reject")


def _linear(batches: Batches, what: str, where: str) -> Iterator[Finding]:
    for (low, high), severity in ((BELIEVED, "reject"), (LINEAR, "mark")):
        if not low <= batches.linear <= high:
            says = f"{what}: twice the work took {2 * batches.linear:.2f} times as long"
            yield Finding("browser", where, says, severity)  # type: ignore[arg-type]
            return


def _bound(name: str, size: Size) -> tuple[str, float]:
    """The data sheet of a GPU that is named, else the fastest of all that we know; its seconds."""

    def seconds(sheet: DataSheet) -> float:
        return sheet.seconds(size, "float32")

    sheets = data_sheets()
    named = [s for s in sheets if any(m.casefold() in name.casefold() for m in s.matches)]
    best = min(named or sheets, key=seconds)
    return best.name if named else f"{best.name} (the fastest that we know)", seconds(best)


def look_at(
    found: Browser, where: str, examples: dict[str, Example], results: Results
) -> tuple[list[str], int]:
    """What to say of a record that somebody copied, a line each, and how many rules it breaks."""
    findings = list(judge(found, where, examples, _records(results)))
    broken = sum(f.fails for f in findings)
    points = sum(len(seen.points) for seen in found.examples.values())
    names = dict.fromkeys(seen.name for seen in found.examples.values())
    says = (
        f"{points} points of {', '.join(found.examples)}, measured in a browser on "
        f"{', '.join(names)}: {broken} broken rules"
    )
    return [*(f.message for f in findings), says], broken


def judge_all(results: Results, examples: dict[str, Example]) -> Iterator[Finding]:
    """Every record of results/browser; what is rejected there fails the build."""
    for name, one in results.browser.items():
        where = f"results/{BROWSER}/{name}.json"
        yield from judge(one, where, examples, _records(results))


def _records(results: Results) -> list[Record]:
    return [record for found in results.records.values() for record in found.values()]
