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
from survival.stats import MIN_PROCESSES, Interval, scaled

ONE_SITTING = 1.25
"""H8: what two timings of one process each must differ by to be settled, as a factor.

Such an interval knows nothing of the next process. The threshold is our choice.
"""
ONE_CORE = "onecore"
"""The trait in the name of a variant that is another one on a single core."""
DISTURBED = 0.1
"""H7: share of the processors, taken by other programs, above which a capture says so."""


def times_as_fast(mine: Timing, theirs: Timing) -> Interval:
    """How many times as fast the first is as the second, with the 95 % interval of that ratio.

    Of the ratios of each pass over the example, where both were timed in enough of them: Student's
    t of their logarithms. Else of one process each: from one end of both intervals to the other.
    """
    ours, others = mine.middles, theirs.middles
    common = sorted(ours.keys() & others.keys())
    if len(common) >= MIN_PROCESSES:
        return scaled([others[p] / ours[p] for p in common])
    return Interval(theirs.median / mine.median, theirs.low / mine.high, theirs.high / mine.low)


def differ(a: Timing | Reading, b: Timing | Reading) -> bool:
    """H8: whether two times differ measurably: the interval of their ratio excludes 1."""
    if isinstance(a, Timing) and isinstance(b, Timing):
        return not times_as_fast(a, b).holds_one
    return a.high < b.low or b.high < a.low


def one_process(*timings: Timing) -> bool:
    """Whether one of these was measured in so few processes that its interval knows of no other."""
    return any(t.processes < MIN_PROCESSES and t.scope != "first_call" for t in timings)


def disturbed(others: float | None) -> bool:
    """H7: whether other programs took so much of the processors that a timing may not be ours.

    Samples tell nothing of it: who waits for a core each time waits for the same time.
    """
    return others is not None and others > DISTURBED


def why_disturbed(timing: Timing) -> str:
    """H7: what a capture must say of the moment in which a timing was taken; empty if nothing."""
    if not disturbed(timing.others):
        return ""
    share = round(100 * (timing.others or 0))
    return f"other programs took {share} % of the processors meanwhile"


def fraction(record: Record, variant: Variant, timing: Timing) -> float | None:
    """Share of the limit that a compute timing reaches; None in other scopes.

    End to end has other limits (the bus, the allocator) that this number would hide. Above 1 where
    the program did better than the kernels of the limit typically did in the same capture.
    """
    check = variant.check(timing.size)
    if timing.scope != "compute" or check is None or check.limit is None:
        return None
    return check.limit.seconds / timing.median


def best(record: Record, device: str, size: int, scope: Scope, precision: str) -> Variant | None:
    """H2, H3: the fastest variant of a device at a size and scope, of one precision.

    Pure Python counts as any precision: its float64 is the only one it has.
    """
    timed = _by_median(record, device, size, scope, precision)
    return timed[0][0] if timed else None


def rivals(record: Record, device: str, size: int, scope: Scope, precision: str) -> list[Variant]:
    """H8: the variants that the `best` one does not beat measurably, the fastest first."""
    timed = _by_median(record, device, size, scope, precision)
    return [v for v, t in timed[1:] if not differ(timed[0][1], t)]


def _by_median(
    record: Record, device: str, size: int, scope: Scope, precision: str
) -> list[tuple[Variant, Timing]]:
    timed = [
        (v, t)
        for v in record.variants
        if v.device == device
        and (v.precision == precision or v.library == "python")
        and (t := v.timing(size, scope))
    ]
    return sorted(timed, key=lambda each: (each[1].median, each[0].name))


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
        """H8: whether the two times differ measurably: the interval excludes 1."""
        return not self.times.holds_one

    @property
    def times(self) -> Interval:
        """How many times as fast the variant is; below 1 if it is the slower one."""
        return times_as_fast(self.mine, self.theirs)

    @property
    def faster(self) -> bool:
        """Whether the variant needs less time; meaningful only if it differs."""
        return self.times.value > 1

    @property
    def interval(self) -> Interval:
        """By how many times the one is faster, or slower: the middle is at least 1."""
        t = self.times
        return t if t.value >= 1 else Interval(1 / t.value, 1 / t.high, 1 / t.low)

    @property
    def value(self) -> float:
        """The middle of that interval: at least 1."""
        return self.interval.value

    @property
    def unsettled(self) -> str:
        """Why the next capture may well say otherwise; empty if that is not to be feared."""
        if not self.differs:
            return "the interval of the ratio holds 1"
        if one_process(self.mine, self.theirs) and self.value < ONE_SITTING:
            return f"measured in one process each, and less than {ONE_SITTING:g} times apart"
        return ""

    def beyond(self, cores: int) -> bool:
        """Whether all cores seem to be more times as fast as one than there are cores.

        Then it is no result about cores: one core alone was slower than each of all.
        """
        one, all_of_them = (self.base, self.variant) if self.faster else (self.variant, self.base)
        return (
            one.device == all_of_them.device == "cpu"
            and ONE_CORE in one.name.split("_")
            and all_of_them.name == "_".join(w for w in one.name.split("_") if w != ONE_CORE)
            and self.value > cores
        )


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


def still_lost(record: Record, by: int, scope: Scope, precision: str = "float32") -> int | None:
    """H10: the largest size below `by` at which the best CPU is measurably faster; None without.

    Between the two, who wins is not settled, or no size was measured: the crossover lies there.
    """
    for s in sorted((s.n for s in record.sizes if s.n < by), reverse=True):
        gpu = best(record, "gpu", s, scope, precision)
        against = _against_best_cpu(record, gpu, s, scope) if gpu else None
        if against and against.differs and not against.faster:
            return s
    return None


def gpu_wins(record: Record, size: int, scope: Scope, precision: str = "float32") -> bool:
    """Whether the best GPU variant is measurably faster than the best CPU variant."""
    gpu = best(record, "gpu", size, scope, precision)
    against = _against_best_cpu(record, gpu, size, scope) if gpu else None
    return against is not None and against.differs and against.faster
