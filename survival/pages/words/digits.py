"""How many digits a measured number has earned: two, and a third only where it is known."""

import math

from survival.judge import comparisons
from survival.records import Limit, Machine, Reached, Timing


def earned(value: float, low: float, high: float) -> int:
    """Two digits, or three where the interval reaches at most five units of the third to a side.

    Three also where two would write a number that lies outside its own interval.
    """
    third = 10.0 ** (math.floor(math.log10(value)) - 2)
    narrow = max(high - value, value - low) <= 5 * third
    return 3 if narrow or not low <= float(f"{value:.1e}") <= high else 2


def of_time(timing: Timing, machine: Machine, amount: float | None = None) -> int:
    """How many digits a time has earned, or the rate of an amount.

    Of one process never a third for being narrow: such an interval does not know the next process.
    Nor where the machine moves further than that from one whole capture to the next.
    """
    times = timing.median, timing.low, timing.high
    value, *ends = times if amount is None else [amount / t for t in times]
    low, high = min(ends), max(ends)
    if comparisons.one_process(timing) and low <= float(f"{value:.1e}") <= high:
        return 2
    moves = machine.repeatability.time if machine.repeatability else 0.0
    return earned(value, min(low, value / (1 + moves)), max(high, value * (1 + moves)))


def of_ceiling(reached: Reached) -> int:
    """The same of what a machine reaches; two where only the best of many tries is known."""
    low, high = sorted((reached.low, reached.high))
    return earned(reached.value, low, high) if low < high else 2


def of_limit(limit: Limit) -> int:
    """The same of the limit of a size, in seconds."""
    if limit.shortest is None or limit.longest is None:
        return 2
    return of_ceiling(Reached(limit.seconds, limit.longest, limit.shortest))
