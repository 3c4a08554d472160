"""Tables of timings, and single numbers, as plain data that templates and words write out.

Nothing here knows HTML. A number carries its record, and what it must not be read without.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from survival import units
from survival.judge import comparisons
from survival.judge.evidence import SCOPES, Measured, clock_key
from survival.pages.words import digits, limits
from survival.records import CLOCK_FILE, ClockTask, Machine, Record, Scope, Size, Timing, Variant

NOT_YET = "not yet measured"
NOT_YET_GPU = "not yet measured on a GPU"
SMALLEST_BAR = 1.5
"""Percent of a cell, so that a bar that stands for anything is seen."""


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


@dataclass(frozen=True)
class Cell:
    """One time in a table, or why there is none."""

    number: Number | None = None
    interval: str = ""
    width: float | None = None
    """Length of the bar in percent of the column's width; None where no bar is drawn."""
    missing: str = ""
    """Short word for why there is no number."""
    reason: str = ""


@dataclass(frozen=True)
class Column:
    """The head of a column of times."""

    title: str
    unit: str
    at: str = ""  # the size, where it is not the table's


@dataclass(frozen=True)
class Row:
    """One variant in a table."""

    device: str
    label: str
    note: str = ""
    """What the label must say besides, such as another precision."""
    marks: tuple[str, ...] = ()
    stale: bool = False
    why_not: str = ""
    """Why the variant has no numbers at all here; the cells are empty then."""
    cells: tuple[Cell, ...] = ()
    fraction: Number | None = None
    limited_by: str = ""
    """The kernel that set the limit; empty in a record of before."""
    ratios: tuple[tuple[str, Part], ...] = ()
    """Scope, or nothing where one sentence covers both, and how it compares with the best CPU."""
    error: Number | None = None
    samples: str = ""


@dataclass(frozen=True)
class Table:
    """All variants of an example on one machine at one size."""

    size: str
    """With its unit."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    has_fraction: bool = field(default=False)

    @property
    def folded(self) -> tuple[Row, ...]:
        """Rows without a number, from two on: one line stands for them, and opens.

        A program that failed is never among them: that is a result.
        """
        empty = tuple(r for r in self.rows if r.why_not and not r.why_not.startswith("failed"))
        return empty if len(empty) > 1 else ()

    @property
    def shown(self) -> tuple[Row, ...]:
        """The other rows."""
        return tuple(r for r in self.rows if r not in self.folded)

    @property
    def reasons(self) -> int:
        """How many reasons they have."""
        return len({r.why_not for r in self.folded})

    @property
    def why_folded(self) -> str:
        """Their reason, where they have one."""
        return self.folded[0].why_not if self.reasons == 1 else "each says why"


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


def versus_best_cpu(measured: Measured, variant: Variant, size: int, scope: Scope) -> Part:
    """How a variant compares with the fastest CPU variant of its precision; empty if untimed.

    Pure Python counts as any precision, so it is held against what everything else is held against.
    """
    record = measured.record
    main = main_precision(record)
    precision = main if variant.library == "python" else variant.precision
    base = comparisons.best(record, "cpu", size, scope, precision)
    if base is None or variant.timing(size, scope) is None:
        return ""
    within = "" if precision == main else f" in {precision}"
    if base.name == variant.name:
        return f"the best CPU{within}"
    ratio = comparisons.ratio(record, variant.name, base.name, size, scope)
    if not ratio.differs:
        return f"{NOT_SETTLED}{within}"
    title = f"against {measured.label(base.name)}, {measured.note(ratio.mine, scope)}"
    stale = bool({variant.name, base.name} & measured.stale)
    key = measured.key(variant.name, size, scope, base.name)
    words = f"{times_words(ratio, measured.machine)}{within}"
    return Number(words, ratio.value, measured.path, title, stale, key)


NOT_SETTLED = "no settled difference"
"""Of two times whose ratio may be 1: an overlap is no finding that they are equal."""


def times_words(ratio: comparisons.Ratio, machine: Machine) -> str:
    """A ratio that is not 1: "2.4 times as fast (1.9 to 3.0)", and what must be read with it.

    The interval is shown where it is one over processes.
    """
    value, low, high = ratio.interval
    way = "fast" if ratio.faster else "slow"
    ends = f"{units.factor(low)} to {units.factor(high)}"
    if ratio.beyond(machine.cpu.cores):
        cores = f"{machine.cpu.cores} core{'s' * (machine.cpu.cores > 1)}"
        return f"{ends} times as {way}, more than {cores} allow and so no result about cores"
    words = f"{units.factor(value)} times as {way}"
    if not comparisons.one_process(ratio.mine, ratio.theirs):
        words += f" ({ends})"
    return f"{words}, not settled" if ratio.unsettled else words


def table(measured: Measured, size: Size, *, each_its_unit: bool = False) -> Table:
    """All variants at one size: compute, end to end, and first call where there is one.

    Times share one unit per column, or carry each its own. Bars are linear from zero; compute and
    end to end share their scale, so that they can be held against each other.
    """
    record = measured.record
    scopes: list[Scope] = ["compute", "end_to_end"]
    first_call = next(
        (t.size for v in record.variants for t in v.timings if t.scope == "first_call"), None
    )
    at: dict[Scope, int] = {"compute": size.n, "end_to_end": size.n}
    if first_call is not None and (not each_its_unit or first_call == size.n):
        scopes.append("first_call")
        at["first_call"] = first_call
    unit: dict[Scope, tuple[float, str]] = {}
    longest: dict[Scope, float] = {}
    for scope in scopes:
        times = [t.median for v in record.variants if (t := v.timing(at[scope], scope))]
        unit[scope] = units.column_unit(times) if times else units.SECONDS[0]
        longest[scope] = max(times, default=0.0)
    longest["compute"] = longest["end_to_end"] = max(longest["compute"], longest["end_to_end"])

    rows = []
    for v in measured.variants():
        mixed = v.precision != "float32" and v.precision not in v.name
        row = {
            "device": v.device,
            "label": measured.label(v.name),
            "note": f"computes in {v.precision}" if mixed else "",
            "stale": v.name in measured.stale,
        }
        if v.status != "measured":
            rows.append(Row(**row, why_not=why_not(measured.machine, v)))  # type: ignore[arg-type]
            continue
        cells = [
            _cell(measured, v, at[s], s, None if each_its_unit else unit[s], longest[s])
            for s in scopes
        ]
        compute = v.timing(size.n, "compute")
        checked = v.check(size.n) is not None
        rows.append(
            Row(
                **row,  # type: ignore[arg-type]
                marks=_marks(record, v, size.n),
                cells=tuple(cells),
                fraction=fraction(measured, v, compute) if compute else None,
                limited_by=limits.kernel(v.check(size.n)),
                ratios=_ratios(measured, v, size.n),
                error=error(measured, v, size.n) if checked else None,
                samples=", ".join(
                    str(t.n) for s in scopes if (t := v.timing(at[s], s)) and t.scope == s
                ),
            )
        )
    known = {v.name for v in record.variants}
    for new in measured.example.variants:
        if new.name not in known:
            why = NOT_YET_GPU if new.device == "gpu" else NOT_YET
            rows.append(Row(new.device, new.label, why_not=why))
    rows.sort(key=lambda r: r.device)  # stable: CPU first, each in the order of the tabs
    columns = tuple(
        Column(
            SCOPES[s].capitalize(),
            "" if each_its_unit else unit[s][1],
            "" if at[s] == size.n else record.amount(record.size(at[s])),
        )
        for s in scopes
    )
    return Table(record.amount(size), columns, tuple(rows), any(r.fraction for r in rows))


def _cell(
    measured: Measured,
    variant: Variant,
    size: int,
    scope: Scope,
    unit: tuple[float, str] | None,
    longest: float,
) -> Cell:
    timing = variant.timing(size, scope)
    if timing is None:
        # Without transfers, end to end is the call that compute is: what is said of one holds.
        scope = "compute" if scope == "end_to_end" and not variant.transfers else scope
        left = next((x for x in variant.left_out if (x.size, x.scope) == (size, scope)), None)
        if left is None:
            return Cell(missing="–", reason="not timed")
        missing = "too large" if "memory" in left.reason else "too slow"
        return Cell(missing="failed" if "failed" in left.reason else missing, reason=left.reason)
    number = time(measured, variant, timing, scope)
    n = digits.of_time(timing, measured.machine)
    interval = units.seconds_range(timing.low, timing.high, unit or None, n)
    if unit:
        text = units.digits(timing.median / unit[0], n)
        number = replace(number, text=text)
    width = max(SMALLEST_BAR, round(100 * timing.median / longest, 1))
    return Cell(number, interval, width)


def _marks(record: Record, variant: Variant, size: int) -> tuple[str, ...]:
    """Where a variant is the fastest of its device: in both scopes, or in one that is named."""
    scopes: tuple[Scope, ...] = ("compute", "end_to_end")
    won = []
    for scope in scopes:
        best = comparisons.best(record, variant.device, size, scope, main_precision(record))
        if best is not None and best.name == variant.name:
            won.append(scope)
    name = f"best {variant.device.upper()}"
    if len(won) == 2:
        return (name,)
    return tuple(f"{name}, {SCOPES[s]}" for s in won)


def main_precision(record: Record) -> str:
    """The precision that the marks are about: float32 where the record has it."""
    found = [v.precision for v in record.variants]
    return "float32" if "float32" in found or not found else found[0]


def _ratios(measured: Measured, variant: Variant, size: int) -> tuple[tuple[str, Part], ...]:
    """The comparison in each scope, or one where both say the same."""
    compute = versus_best_cpu(measured, variant, size, "compute")
    whole = versus_best_cpu(measured, variant, size, "end_to_end")
    if plain([compute]) == plain([whole]):
        return (("", compute),) if compute else ()
    pairs = (("compute", compute), ("end to end", whole))
    return tuple((name, part) for name, part in pairs if part)
