"""How a page says what a time is held against: the limit, what set it, and between what it lay."""

from survival import units
from survival.pages.words import digits
from survival.records import Check, Limit, Timing

BOUND = {"memory": "memory bandwidth", "operations": "arithmetic"}
"""What is moved or done."""
KERNEL = {
    "copy": "a copy",
    "add": "an addition",
    "read": "reading",
    "matrix product": "a matrix product",
    "multiply-add": "multiply-adds in registers",
}
"""What reached the rate, as a page writes it."""


def set_by(limit: Limit) -> str:
    """What set a limit: "memory bandwidth, by a copy"; a record of before names no kernel."""
    by = f", by {KERNEL[limit.kernel]}" if limit.kernel else ""
    return BOUND[limit.bound_by] + by + (" with an empty cache" if limit.cold else "")


def kernel(check: Check | None) -> str:
    """The kernel that set the limit, in a word for a table; empty where none is known."""
    return (check.limit.kernel or "") if check and check.limit else ""


def told(limit: Limit) -> str:
    """A limit with its spread: "20.1 ms (18.3–21.0 ms in the same capture), set by ..."."""
    spread, n = "", digits.of_limit(limit)
    if limit.shortest and limit.longest and limit.shortest < limit.longest:
        ends = units.seconds_range(limit.shortest, limit.longest, n=n)
        spread = f" ({ends} in the same capture)"
    return f"{units.seconds(limit.seconds, n)}{spread}, set by {set_by(limit)}"


def share(limit: Limit, timing: Timing) -> str:
    """The share of the limit that a time reaches: "58 %".

    Above all of it the range is named, from the limit's best sample on: what was reached there is
    typical of its kernel, and a program may do better. Beyond the best of all captures is rule H5.
    """
    reached = limit.seconds / timing.median
    if reached <= 1 or limit.shortest is None:
        return units.percent(reached)
    least = units.percent(limit.shortest / timing.median).removesuffix(f"{units.NBSP}%")
    most = units.percent(reached)
    return most if f"{least}{units.NBSP}%" == most else f"{least}–{most}"
