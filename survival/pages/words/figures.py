"""Single numbers as plain data that templates and words write out; tables.py makes tables of them.

Nothing here knows HTML. A number carries its record, and what it must not be read without.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from survival import units
from survival.judge import comparisons
from survival.judge.evidence import Measured, clock_key
from survival.pages.words import digits, limits
from survival.records import CLOCK_FILE, ClockTask, Machine, Record, Scope, Size, Timing, Variant

NOT_YET = "not yet measured"
NOT_YET_GPU = "not yet measured on a GPU"


@dataclass(frozen=True)
class Number:
    """A measured number as it is written, and where it comes from."""

    text: str
    value: float | str
    record: str
    """The file that it came from, seen from the root of the site."""
    title: str
    stale: bool = False
    key: str = ""
    """What finds its card: see Measured.key and clock_key; of a machine's fact, the folder."""

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of its <data> element."""
        value = f"{self.value:.6g}" if isinstance(self.value, float) else str(self.value)
        title = self.title
        if self.stale:
            title += ", stale: its code or a library has changed since"
        return {
            "class": "sv-n sv-stale" if self.stale else "sv-n",
            "value": value,
            "data-record": self.record,
            "title": title,
        } | ({"data-card": f"sv:{self.key}"} if self.key else {})


Part = Number | str
"""A piece of a sentence: a measured number, or the text between two."""


def plain(parts: Iterable[Part]) -> str:
    """A sentence without its elements, as a tooltip or a description says it."""
    text = "".join(p.text if isinstance(p, Number) else p for p in parts)
    return text.replace(units.NBSP, " ")


def time(measured: Measured, variant: Variant, timing: Timing, scope: Scope) -> Number:
    """A single time with its unit."""
    return Number(
        units.seconds(timing.median, digits.of_time(timing, measured.machine)),
        timing.median,
        measured.path,
        measured.note(timing, scope),
        variant.name in measured.stale,
        measured.key(variant.name, timing.size, scope),
    )


def clocked(
    folder: str, task: ClockTask, timer: str, text: str, value: float, note: str, against: str = ""
) -> Number:
    """A number from the check of a machine's clocks; for `against` see clock_key."""
    key = clock_key(folder, task.name, timer, against)
    record = f"results/{folder}/{CLOCK_FILE}"
    return Number(text, value, record, note.replace(units.NBSP, " "), key=key)


def fraction(measured: Measured, variant: Variant, timing: Timing) -> Number | None:
    """The share of the physical limit that a compute timing reaches, or None in another scope."""
    share = comparisons.fraction(measured.record, variant, timing)
    check = variant.check(timing.size)
    if share is None or check is None or check.limit is None:
        return None
    limit = limits.told(check.limit).replace(units.NBSP, " ")
    title = f"the limit is {limit}; {measured.note(timing, 'compute')}"
    stale = variant.name in measured.stale
    key = measured.key(variant.name, timing.size, "compute")
    return Number(limits.share(check.limit, timing), share, measured.path, title, stale, key)


def error(measured: Measured, variant: Variant, size: int | None = None) -> Number | None:
    """The error against the oracle at a size, or the largest over all sizes; None if unchecked."""
    checks = [c for c in variant.checks if size in (None, c.size)]
    if not checks:
        return None
    worst = max(checks, key=lambda c: c.error)
    at = measured.record.size(worst.size).label
    allowed = units.error(measured.record.allowed(variant))
    title = f"{measured.record.error_measure} at {at}, tolerance {allowed}"
    stale = variant.name in measured.stale
    key = measured.key(variant.name, worst.size, "compute")
    return Number(units.error(worst.error), worst.error, measured.path, title, stale, key)


def why_not(machine: Machine, variant: Variant) -> str:
    """Why a variant was not measured on a machine, in words for a reader."""
    if variant.status == "failed":
        return f"failed: {variant.reason}"
    no_gpu = variant.device == "gpu" and machine.gpu is None
    return NOT_YET_GPU if no_gpu else f"not run: {variant.reason}"


def headline_size(record: Record) -> Size:
    """The largest size at which most variants that ran were timed, on CPU and GPU alike.

    A slow variant that was left out there does not drag everything down to a small size.
    """

    def most(device: str, size: Size) -> bool:
        ran = [v for v in record.variants if v.device == device and v.timings]
        return 2 * sum(v.timing(size.n, "compute") is not None for v in ran) >= len(ran)

    sizes = sorted(record.sizes, key=lambda s: s.n)
    return next((s for s in reversed(sizes) if most("cpu", s) and most("gpu", s)), sizes[0])


NOT_SETTLED = "no settled difference"
"""Of two times whose ratio may be 1: an overlap is no finding that they are equal."""


def times_words(ratio: comparisons.Ratio, machine: Machine, *, short: bool = False) -> str:
    """A ratio that is not 1: "2.4 times as fast (1.9 to 3.0)", and what must be read with it.

    The interval is shown where it is one over processes. Short, it is "2.4× faster".
    """
    value, low, high = ratio.interval
    way = "fast" if ratio.faster else "slow"
    ends = f"{units.factor(low)} to {units.factor(high)}"
    if ratio.beyond(machine.cpu.cores):
        cores = f"{units.cores(machine.cpu.cores)} allow and so no result about cores"
        what = "more" if low > machine.cpu.cores else "in the middle more"
        return f"{ends} times as {way}, {what} than {cores}"
    words = f"{units.factor(value)} times as {way}"
    if short:
        words = f"{units.factor(value)}× {way}er"
    if not comparisons.one_process(ratio.mine, ratio.theirs):
        words += f" ({ends})"
    return f"{words}, not settled" if ratio.unsettled else words


def main_precision(record: Record) -> str:
    """The precision that the marks are about: float32 where the record has it."""
    found = [v.precision for v in record.variants]
    return "float32" if "float32" in found or not found else found[0]
