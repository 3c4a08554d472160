"""Claims of machine code: what a kernel has, on every architecture or on some."""

import re
from dataclasses import dataclass

from survival.catalog import Example
from survival.errors import PageError, known
from survival.judge import compiled
from survival.judge.claims.kinds import Claim, Reading, Sizes, Where
from survival.judge.compiled import FACTS
from survival.records import Compiled, Kernel, Record, Size

EVERY = "every architecture"
NO = {"spills": "spills"}
"""Facts that "no" is said of in other words than of a number of them."""

GRAMMAR = (
    "VARIANT compiled has (at least N | at most N | exactly N | no | more | fewer) FACT "
    "[than VARIANT] on (ARCHITECTURE[, ARCHITECTURE...] | every architecture); "
    "VARIANT compiled (uses | does not use) OPCODE on ARCHITECTURES. "
    f"FACT: {' | '.join(f.words[1] for f in FACTS.values())}"
)
"""How such a claim is written."""

_HAS = re.compile(
    r"(?P<variant>\S+) compiled has (?:(?P<bound>at least|at most|exactly) (?P<n>\d{1,9})|"
    r"(?P<word>no|more|fewer)) (?P<fact>.+?)(?: than (?P<other>\S+))? on (?P<on>.+)"
)
_USES = re.compile(
    r"(?P<variant>\S+) compiled (?P<uses>uses|does not use) "
    r"(?P<opcode>[A-Z][A-Z0-9_.]*) on (?P<on>.+)"
)


@dataclass(frozen=True)
class OfCode(Claim):
    """A claim that a record of compiled kernels supports, and no machine."""

    variant: str
    architectures: tuple[str, ...]
    """Empty for every one that is recorded."""

    @property
    def needs(self) -> str:
        """Nothing of a machine's record."""
        return f"{self.variant}, compiled"

    def at(self, record: Record, size: Size) -> Reading | None:
        """Never anything: a machine's record holds no machine code."""
        return None

    def hold(self, record: Compiled | None, example: Example) -> list["Held"]:
        """What the record says, for each architecture that the claim is about.

        Raises RecordError where it has no such kernel.
        """
        found = compiled.kernels(record, example, self.variant)
        wanted = self.architectures or tuple(k.architecture for k in found)
        return [self.on(compiled.of(found, a), record, example) for a in wanted]

    def on(self, kernel: Kernel, record: Compiled | None, example: Example) -> "Held":
        """What the record says of one kernel."""
        raise NotImplementedError


@dataclass(frozen=True)
class Held:
    """A claim held against one kernel."""

    architecture: str
    holds: bool
    says: str
    """The number that decides, in words."""


@dataclass(frozen=True)
class Has(OfCode):
    """A kernel has so many of something."""

    fact: str
    """A key of FACTS."""
    operator: str
    """ "at least", "at most", "exactly", "more" or "fewer"."""
    n: int
    other: str
    """The variant to compare with, for "more" and "fewer"."""

    def on(self, kernel: Kernel, record: Compiled | None, example: Example) -> Held:
        """Its number, and where another is compared with, that one's."""
        fact = FACTS[self.fact]
        mine, n = fact.of(kernel), self.n
        says = f"{mine} {fact.words[mine != 1]}"
        if self.other:
            theirs = compiled.kernels(record, example, self.other)
            n = fact.of(compiled.of(theirs, kernel.architecture))
            says += f", {self.other} {n}"
        holds = {
            "at least": mine >= n,
            "at most": mine <= n,
            "exactly": mine == n,
            "more": mine > n,
            "fewer": mine < n,
        }[self.operator]
        return Held(kernel.architecture, holds, says)


@dataclass(frozen=True)
class Uses(OfCode):
    """A kernel has an instruction, or has it not."""

    opcode: str
    """With as many of its modifiers as matter."""
    expected: bool

    def on(self, kernel: Kernel, record: Compiled | None, example: Example) -> Held:
        """How often it occurs."""
        n = sum(c for op, c in kernel.opcodes.items() if f"{op}.".startswith(f"{self.opcode}."))
        return Held(kernel.architecture, (n > 0) == self.expected, f"{n} times {self.opcode}")


def parse(text: str, example: Example) -> OfCode | None:
    """The claim of machine code that a line is; None where it is of another kind.

    Raises PageError or CatalogError, naming what exists.
    """
    if " compiled " not in text:
        return None
    if m := _HAS.fullmatch(text):
        variant, on = _variant(m["variant"], example), _architectures(m["on"])
        fact = _fact(m["fact"], no=m["word"] == "no")
        other = _variant(m["other"], example) if m["other"] else ""
        if (m["word"] in ("more", "fewer")) != bool(other):
            raise PageError("claim: 'more' and 'fewer' are followed by 'than VARIANT', others not")
        operator = m["bound"] or ("exactly" if m["word"] == "no" else m["word"])
        sizes, where = Sizes((), listed=False), Where()
        return Has(text, sizes, where, variant, on, fact, operator, int(m["n"] or 0), other)
    if m := _USES.fullmatch(text):
        variant, on = _variant(m["variant"], example), _architectures(m["on"])
        sizes, where = Sizes((), listed=False), Where()
        return Uses(text, sizes, where, variant, on, m["opcode"], m["uses"] == "uses")
    raise PageError(f"claim: '{text}' is not understood; write {GRAMMAR}")


def failures(claim: OfCode, held: list[Held]) -> str:
    """Where the claim does not hold, in one line; empty where it holds everywhere."""
    wrong = [f"{h.says} on {h.architecture}" for h in held if not h.holds]
    if not wrong:
        return ""
    return f'"{claim.text}" does not hold in the machine code: {"; ".join(wrong)}'


def _variant(name: str, example: Example) -> str:
    example.variant(name.partition(".")[0])
    return name


def _architectures(text: str) -> tuple[str, ...]:
    return () if text == EVERY else tuple(re.split(r",\s+(?:and )?| and ", text))


def _fact(text: str, no: bool) -> str:
    for name, fact in FACTS.items():
        if text in fact.words or (no and text == NO.get(name)):
            return name
    raise PageError("claim: " + known("fact", text, [f.words[1] for f in FACTS.values()]))
