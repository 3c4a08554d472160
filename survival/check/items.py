"""The checklist: what each item asks, what is found of it, and how that is said in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

ITEMS = {
    "answer": "agrees with a reference in float64 at round sizes",
    "sizes": "and at sizes that are no multiple of anything",
    "unwritten": "gives the same answer whatever lay in fresh memory",
    "other data": "gives another answer to other data of the same size",
    "inputs": "leaves its inputs as they were",
    "repeats": "gives the same answer when it is called again",
    "races": "no two threads touch one element without a barrier between them",
    "bounds": "touches nothing outside its arrays",
    "sanitizer": "NVIDIA's compute-sanitizer finds nothing",
    "clock": "its time ends when its work is done",
    "limit": "its time is not shorter than moving its bytes takes",
    "baseline": "what it is compared with is no slower than the reference",
}
"""Each item and what it asks, in the order in which they are told."""
ENDS = ("races", "bounds", "unwritten", "repeats", "other data")
"""Faults after which no later answer of the program says anything."""
ANSWERS = ("answer", "sizes", "unwritten", "other data", "inputs", "repeats")
"""Items that need such answers."""

Status = Literal["passed", "FAILED", "not checked"]


@dataclass
class Verdict:
    """What was found of one item."""

    item: str
    status: Status
    says: str
    numbers: str = ""
    """What was measured, which differs from run to run."""

    def line(self, numbers: bool = True) -> str:
        """One line, with what was measured or without."""
        more = f" ({self.numbers})" if numbers and self.numbers else ""
        return f"{self.status:<11}  {self.item:<10}  {self.says}{more}"


@dataclass
class Found:
    """All that the runs of a program have shown so far."""

    faults: dict[str, str] = field(default_factory=dict)
    """By item the first fault: at the smallest size, because sizes ascend."""
    done: dict[str, list[int]] = field(default_factory=dict)
    """By item the sizes at which it was tried without a fault."""
    seen_by: dict[str, list[str]] = field(default_factory=dict)
    """By item what looked, where it was looked for all the time."""
    skipped: dict[str, str] = field(default_factory=dict)
    """By item why it was not tried."""
    notes: dict[str, str] = field(default_factory=dict)
    """By item what is worth saying, though it is no fault."""

    def fault(self, item: str, says: str) -> None:
        """Note a fault; the first of an item stands."""
        self.faults.setdefault(item, says)

    def tried(self, item: str, n: int) -> None:
        """Note that an item was tried at a size."""
        self.done.setdefault(item, []).append(n)

    def looked(self, item: str, who: str) -> None:
        """Note what has looked for a fault."""
        into = self.seen_by.setdefault(item, [])
        if who not in into:
            into.append(who)

    @property
    def ended(self) -> str:
        """The first fault after which no later answer says anything; empty if there is none."""
        return next((item for item in self.faults if item in ENDS), "")


def verdicts(found: Found, timed: Mapping[str, Verdict]) -> list[Verdict]:
    """One for each item; `timed` has those of the clock."""
    return [timed.get(item) or _of(found, item) for item in ITEMS]


def _of(found: Found, item: str) -> Verdict:
    if item in found.faults:
        return Verdict(item, "FAILED", found.faults[item])
    first = found.ended or ("answer" if item == "sizes" and "answer" in found.faults else "")
    if first and item in ANSWERS:
        return Verdict(item, "not checked", f"mend '{first}' first")
    if item in found.skipped:
        return Verdict(item, "not checked", found.skipped[item])
    sizes, looked = found.done.get(item, []), found.seen_by.get(item, [])
    if not sizes and not looked:
        first = next(iter(found.faults), "")
        why = f"mend '{first}' first" if first else "no size could be tried"
        return Verdict(item, "not checked", why)
    says = f"{ITEMS[item]}: {', '.join(looked) or _sizes(sizes)}"
    return Verdict(item, "passed", says + (f"; {n}" if (n := found.notes.get(item)) else ""))


def _sizes(sizes: list[int]) -> str:
    if len(sizes) < 5:
        return ", ".join(f"{n:,}" for n in sizes)
    return f"{len(sizes)} of them, from {min(sizes):,} to {max(sizes):,}"


def exit_code(found: Sequence[Verdict]) -> int:
    """1 where an item failed."""
    return int(any(v.status == "FAILED" for v in found))
