"""A table of timings as plain data: a row for each program, the fastest first."""

import math
import re
from dataclasses import dataclass, field, replace

from survival import units
from survival.judge import comparisons
from survival.judge.evidence import SCOPES, Measured
from survival.pages.charts.layout import padded
from survival.pages.charts.specs import BAR_RANGE
from survival.pages.words import digits, limits
from survival.pages.words.figures import (
    NOT_SETTLED,
    NOT_YET,
    NOT_YET_GPU,
    Number,
    Part,
    error,
    fraction,
    main_precision,
    plain,
    time,
    times_words,
    why_not,
)
from survival.records import Record, Scope, Size, Variant

LEFT_OUT = {
    "failed": "failed",
    r"memory|larger than this GPU": "too large",
    r"call (takes|would take|took)": "too slow",
}
"""What a capture says of a size that it left out, and the word for it in a cell."""

SMALLEST_BAR = 1.5
"""Percent of a cell, so that a bar that stands for anything is seen."""


@dataclass(frozen=True)
class Cell:
    """One time in a table, or why there is none."""

    number: Number | None = None
    interval: str = ""
    width: float = 0
    """Length of the bar, or place of the dot, in percent of the column's width."""
    dot: bool = False
    """Whether times are far apart: then the chart has dots on a log scale, and so has the cell."""
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

    @property
    def seconds(self) -> float:
        """What rows are sorted by: the first time that there is; infinite where there is none."""
        numbers = (c.number for c in self.cells if c.number is not None)
        return next((float(n.value) for n in numbers), math.inf)


@dataclass(frozen=True)
class Table:
    """All variants of an example on one machine at one size."""

    size: str
    """With its unit."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    has_fraction: bool = field(default=False)

    @property
    def dots(self) -> bool:
        """Whether times are marked by dots on a log scale."""
        return any(c.dot for r in self.rows for c in r.cells)

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


def table(measured: Measured, size: Size, *, each_its_unit: bool = False) -> Table:
    """All variants at one size: compute, end to end, and first call where there is one.

    Times share one unit per column, or carry each its own. Marks have the chart's scale: bars from
    zero, or dots on a log scale where times are far apart. Compute and end to end share one, so
    that they can be held against each other. The fastest comes first, what has no time last.
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
    times: dict[Scope, list[float]] = {}
    for scope in scopes:
        times[scope] = [t.median for v in record.variants if (t := v.timing(at[scope], scope))]
        unit[scope] = units.column_unit(times[scope]) if times[scope] else units.SECONDS[0]
    times["compute"] = times["end_to_end"] = times["compute"] + times["end_to_end"]
    # One kind of mark in a table: two in a row of cells cannot be held against each other.
    dot = any(max(t) > BAR_RANGE * min(t) for t in times.values() if t)

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
            _cell(measured, v, at[s], s, None if each_its_unit else unit[s], times[s], dot=dot)
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
    rows.sort(key=lambda r: r.seconds)  # stable: what has no time stays in the order of the tabs
    columns = tuple(
        Column(
            SCOPES[s].capitalize(),
            "" if each_its_unit else unit[s][1],
            "" if at[s] == size.n else record.amount(record.size(at[s])),
        )
        for s in scopes
    )
    return Table(record.amount(size), columns, tuple(rows), any(r.fraction for r in rows))


def left_out(reason: str) -> str:
    """A word for why a size was left out."""
    words = (word for says, word in LEFT_OUT.items() if re.search(says, reason))
    return next(words, "not timed")


def _cell(
    measured: Measured,
    variant: Variant,
    size: int,
    scope: Scope,
    unit: tuple[float, str] | None,
    times: list[float],
    *,
    dot: bool,
) -> Cell:
    timing = variant.timing(size, scope)
    if timing is None:
        # Without transfers, end to end is the call that compute is: what is said of one holds.
        scope = "compute" if scope == "end_to_end" and not variant.transfers else scope
        left = next((x for x in variant.left_out if (x.size, x.scope) == (size, scope)), None)
        if left is None:
            return Cell(missing="–", reason="not timed")
        return Cell(missing=left_out(left.reason), reason=left.reason)
    number = time(measured, variant, timing, scope)
    n = digits.of_time(timing, measured.machine)
    interval = units.seconds_range(timing.low, timing.high, unit or None, n)
    if unit:
        text = units.digits(timing.median / unit[0], n)
        number = replace(number, text=text)
    return Cell(number, interval, _width(timing.median, times, dot=dot), dot)


def _width(value: float, times: list[float], *, dot: bool) -> float:
    """Where a mark ends, in percent: of a bar from zero, or on the log scale of the charts."""
    if not dot:
        return max(SMALLEST_BAR, round(100 * value / max(times), 1))
    low, high = padded(min(times), max(times), 0.05)
    return round(100 * math.log(value / low) / math.log(high / low), 1)


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
    words = f"{times_words(ratio, measured.machine, short=True)}{within}"
    return Number(words, ratio.value, measured.path, title, stale, key)


def _ratios(measured: Measured, variant: Variant, size: int) -> tuple[tuple[str, Part], ...]:
    """The comparison in each scope, or one where both say the same."""
    compute = versus_best_cpu(measured, variant, size, "compute")
    whole = versus_best_cpu(measured, variant, size, "end_to_end")
    if plain([compute]) == plain([whole]):
        return (("", compute),) if compute else ()
    pairs = (("compute", compute), ("end to end", whole))
    return tuple((name, part) for name, part in pairs if part)
