"""What may be said of one timing, and of two: the only place where a ratio is made."""

from dataclasses import dataclass, replace

from survival.errors import JudgeError
from survival.records import (
    Reading,
    Record,
    Scope,
    Timing,
    Variant,
)

NOISY = 0.02
"""H7: half-width of the interval, as a share of the median, above which a timing is marked."""
DISTURBED = 0.1
"""H7: share of the processors, taken by other programs, above which a timing is marked."""


def differ(a: Timing | Reading, b: Timing | Reading) -> bool:
    """H8: whether two times differ measurably: their intervals do not overlap."""
    return a.high < b.low or b.high < a.low


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
        if not gpu_wins(record, n, scope, precision):
            break
        found = n
    return found


def gpu_wins(record: Record, size: int, scope: Scope, precision: str = "float32") -> bool:
    """Whether the best GPU variant is measurably faster than the best CPU variant."""
    gpu = best(record, "gpu", size, scope, precision)
    against = _against_best_cpu(record, gpu, size, scope) if gpu else None
    return against is not None and against.differs and against.faster
