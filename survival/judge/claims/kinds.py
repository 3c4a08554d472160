"""What can be claimed, one class each, and what a record says of it at one size."""

import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from survival import units
from survival.errors import PageError
from survival.judge import comparisons
from survival.records import Machine, Record, Scope, Size, Timing, Variant

NEITHER = ": the interval of their ratio holds 1, so neither is faster (H8)"
SCOPES: tuple[Scope, ...] = ("compute", "end_to_end", "first_call")


@dataclass(frozen=True)
class Where:
    """The machines that a claim is about."""

    text: str = ""
    """As it was written, without "on"; empty for all machines."""
    gpu: bool | None = None
    least_cores: int = 1
    most_cores: int | None = None
    machine: str = ""

    def includes(self, machine: Machine) -> bool:
        """Whether the claim is about this machine."""
        return (
            (self.gpu is None or self.gpu == (machine.gpu is not None))
            and machine.cpu.cores >= self.least_cores
            and (self.most_cores is None or machine.cpu.cores <= self.most_cores)
            and self.machine in ("", machine.name)
        )


@dataclass(frozen=True)
class Sizes:
    """The sizes that a claim is about."""

    ns: tuple[int, ...]
    listed: bool
    """Whether each was named; else those of them that were measured count."""


@dataclass(frozen=True)
class Reading:
    """What a record says of a claim at one size."""

    size: Size
    holds: bool
    margin: float
    """How far the claim is from failing, as a factor: 1 is the edge."""
    says: str
    timings: tuple[tuple[Variant, Timing, Scope], ...] = ()
    rule: str = "H14"
    errors: tuple[Variant, ...] = ()
    """The variants whose errors were compared, where it is a claim of errors."""


@dataclass(frozen=True)
class Verdict:
    """What one record says of a claim: at the size where it fails, or holds most narrowly."""

    record: Record
    reading: Reading
    sizes: int
    """At how many sizes the claim was held against the record."""

    @property
    def holds(self) -> bool:
        """Whether the record supports the claim at every size that it is about."""
        return self.reading.holds

    @property
    def says(self) -> str:
        """One line with both numbers and their intervals."""
        size = f"at {self.record.amount(self.reading.size)}"
        return f"{self.reading.says}, {size}".replace(units.NBSP, " ")


@dataclass(frozen=True)
class Claim(ABC):
    """One line of a claim block, understood."""

    text: str
    sizes: Sizes
    where: Where

    @property
    def beside(self) -> str:
        """The other example that the claim speaks of as well, if any."""
        return ""

    @abstractmethod
    def at(self, record: Record, size: Size) -> Reading | None:
        """What the record says at that size, or None where it has no such timings."""

    @property
    @abstractmethod
    def needs(self) -> str:
        """What a record must hold for the claim to be checked, such as "gpu_cupy"."""


OPERATORS: dict[str, Literal["faster", "slower", "not slower", "not faster", "same"]] = {
    "faster than": "faster",
    "slower than": "slower",
    "no slower than": "not slower",
    "no faster than": "not faster",
    "not measurably different from": "same",
}


@dataclass(frozen=True)
class Comparison(Claim):
    """One variant is faster, slower, or a number of times as fast as another."""

    variant: str
    scope: Scope
    operator: str
    """A value of OPERATORS, or "at least" or "at most"."""
    factor: float
    """The N of "N times as fast as"; 1 with the other operators."""
    other: str
    """A variant, "best cpu" or "best gpu"; another example's variant as EXAMPLE.VARIANT."""
    other_scope: Scope

    PATTERN: ClassVar[str] = (
        r"(?P<variant>\S+) (?P<scope>\S+) is (?:(?P<operator>"
        + "|".join(OPERATORS)
        + r")|(?P<bound>at least|at most) (?P<n>\d+(?:\.\d+)?) times as fast as)"
        r" (?P<other>the best CPU|the best GPU|\S+?)(?: (?P<other_scope>(?!at )\S+))?"
        r" at (?P<sizes>.+)"
    )

    @property
    def beside(self) -> str:
        """The example that the other side is of, if it is another one."""
        return self.other.partition(".")[0] if "." in self.other else ""

    @property
    def needs(self) -> str:
        """Both sides."""
        other = self.other
        if other.startswith("best"):
            other = f"a {other.removeprefix('best ').upper()} variant"
        return " and ".join(dict.fromkeys((self.variant, other)))

    def at(self, record: Record, size: Size) -> Reading | None:
        """Both timings at a size, compared by their intervals."""
        variant = _variant(record, self.variant)
        if variant is None:
            return None
        if self.other.startswith("best"):
            device = self.other.removeprefix("best ")
            other = comparisons.best(record, device, size.n, self.other_scope, variant.precision)
        else:
            other = _variant(record, self.other)
        mine = variant.timing(size.n, self.scope)
        theirs = other.timing(size.n, self.other_scope) if other else None
        if other is None or mine is None or theirs is None:
            return None
        timings = ((variant, mine, self.scope), (other, theirs, self.other_scope))
        holds, margin = self._compare(mine, theirs)
        says = f"{_told(*timings[0])}, {_told(*timings[1])}"
        says += NEITHER * (not holds and not comparisons.differ(mine, theirs))
        unfair = self._unfair(record, size, variant, other)
        if unfair:
            rule, says = unfair
            return Reading(size, False, 0.0, says, timings, rule)
        return Reading(size, holds, margin, says, timings)

    def _compare(self, mine: Timing, theirs: Timing) -> tuple[bool, float]:
        """Whether it holds, and by which factor."""
        _, least, most = comparisons.times_as_fast(mine, theirs)
        match self.operator:
            case "faster":
                return least > 1, least
            case "slower":
                return most < 1, 1 / most
            case "not slower":
                return most >= 1, most
            case "not faster":
                return least <= 1, 1 / least
            case "same":
                return least <= 1 <= most, min(most, 1 / least)
            case "at least":
                return least >= self.factor, least / self.factor
            case _:
                return most <= self.factor, self.factor / most

    def _unfair(
        self, record: Record, size: Size, variant: Variant, other: Variant
    ) -> tuple[str, str] | None:
        """The rule that forbids the comparison, and why: H2 and H3 hold for claims too."""
        if variant.device == other.device:
            return None  # a variant that computes in another precision says so in its name
        if variant.precision != other.precision and "python" not in (
            variant.library,
            other.library,
        ):
            return "H3", f"{variant.name} computes in {variant.precision}, {other.name} does not"
        gpu_is_mine = variant.device == "gpu"
        flatters = {"faster", "not slower", "at least"}
        if not gpu_is_mine:
            flatters = {"slower", "not faster", "at most"}
        gpu, cpu = (variant, other) if gpu_is_mine else (other, variant)
        scope = self.other_scope if gpu_is_mine else self.scope
        best = comparisons.best(record, "cpu", size.n, scope, gpu.precision)
        if self.operator in flatters | {"same"} and best is not None and best.name != cpu.name:
            return "H2", (
                f"a GPU is compared with the best CPU, which is {best.name} here, "
                f"not {cpu.name}; write 'the best CPU'"
            )
        return None


@dataclass(frozen=True)
class Best(Claim):
    """A variant is measurably the fastest of its device, among those of its precision."""

    variant: str
    scope: Scope
    device: str

    PATTERN: ClassVar[str] = (
        r"(?P<variant>\S+) (?P<scope>\S+) is the best (?P<device>CPU|GPU) at (?P<sizes>.+)"
    )

    @property
    def needs(self) -> str:
        """The variant, and another to be better than."""
        return f"{self.variant} and another {self.device.upper()} variant"

    def at(self, record: Record, size: Size) -> Reading | None:
        """The variant against the fastest of the others."""
        variant = _variant(record, self.variant)
        mine = variant.timing(size.n, self.scope) if variant else None
        if variant is None or mine is None:
            return None
        others = record.model_copy(
            update={"variants": [v for v in record.variants if v.name != variant.name]}
        )
        next_best = comparisons.best(others, self.device, size.n, self.scope, variant.precision)
        theirs = next_best.timing(size.n, self.scope) if next_best else None
        if next_best is None or theirs is None:
            return None
        timings = ((variant, mine, self.scope), (next_best, theirs, self.scope))
        says = f"{_told(*timings[0])}, {_told(*timings[1])}"
        says += NEITHER * (not comparisons.differ(mine, theirs))
        least = comparisons.times_as_fast(mine, theirs).low
        return Reading(size, least > 1, least, says, timings)


@dataclass(frozen=True)
class Share(Claim):
    """A variant reaches at least, or at most, a share of the physical limit."""

    variant: str
    bound: str
    percent: float

    PATTERN: ClassVar[str] = (
        r"(?P<variant>\S+) (?P<scope>\S+) reaches (?P<bound>at least|at most) "
        r"(?P<n>\d+(?:\.\d+)?) ?% of the limit at (?P<sizes>.+)"
    )

    @property
    def needs(self) -> str:
        """The variant."""
        return self.variant

    def at(self, record: Record, size: Size) -> Reading | None:
        """The share at the end of the interval that is worse for the claim."""
        variant = _variant(record, self.variant)
        timing = variant.timing(size.n, "compute") if variant else None
        if variant is None or timing is None:
            return None
        share = comparisons.fraction(record, variant, timing)
        if share is None:
            return None
        least, most = (share * timing.median / end for end in (timing.high, timing.low))
        wanted = self.percent / 100
        holds = least >= wanted if self.bound == "at least" else most <= wanted
        margin = least / wanted if self.bound == "at least" else wanted / most
        says = (
            f"{_told(variant, timing, 'compute')}, {units.percent(share)} of the limit "
            f"({units.percent(least)} to {units.percent(most)})"
        )
        return Reading(size, holds, margin, says, ((variant, timing, "compute"),))


@dataclass(frozen=True)
class Errors(Claim):
    """One variant's error is smaller, larger, or a number of times as large as another's.

    An error is one number, without an interval: it is of one run, on the inputs of the capture.
    """

    variant: str
    operator: str
    """ "smaller", "larger", "at least" or "at most"."""
    factor: float
    """The N of "N times that of"; 1 with the other operators."""
    other: str

    PATTERN: ClassVar[str] = (
        r"(?P<variant>\S+) error is (?:(?P<operator>smaller|larger) than"
        r"|(?P<bound>at least|at most) (?P<n>\d+(?:\.\d+)?) times that of)"
        r" (?P<other>\S+) at (?P<sizes>.+)"
    )

    @property
    def needs(self) -> str:
        """Both sides."""
        return f"{self.variant} and {self.other}"

    def at(self, record: Record, size: Size) -> Reading | None:
        """Both errors at a size."""
        variants = [v for n in (self.variant, self.other) if (v := _variant(record, n))]
        checks = [c for v in variants if (c := v.check(size.n))]
        if len(checks) < 2:
            return None
        mine, theirs = (c.error for c in checks)
        # By how many times mine is the larger one; both zero are equal.
        times = mine / theirs if theirs else (math.inf if mine else 1.0)
        less = 1 / times if times else math.inf
        holds, margin = {
            "smaller": (times < 1, less),
            "larger": (times > 1, times),
            "at least": (times >= self.factor, times / self.factor),
            "at most": (times <= self.factor, less * self.factor),
        }[self.operator]
        says = ", ".join(
            f"{v.name} error is {units.error(c.error)}"
            for v, c in zip(variants, checks, strict=True)
        )
        return Reading(size, holds, margin, says, errors=tuple(variants))


@dataclass(frozen=True)
class Crossover(Claim):
    """Where the GPU takes over (H10). Above a size includes that it never does."""

    scope: Scope
    side: str

    PATTERN: ClassVar[str] = (
        r"crossover (?P<scope>\S+) is (?P<side>above|at|below) (?P<sizes>(?!every|sizes).+)"
    )

    @property
    def needs(self) -> str:
        """Both devices."""
        return "a CPU and a GPU variant"

    def at(self, record: Record, size: Size) -> Reading | None:
        """The crossover of the whole sweep, held against one size."""
        both = [
            (s, cpu, gpu)
            for s in record.sizes
            if (cpu := comparisons.best(record, "cpu", s.n, self.scope, "float32"))
            and (gpu := comparisons.best(record, "gpu", s.n, self.scope, "float32"))
        ]
        if not both:
            return None
        n = comparisons.crossover(record, self.scope)
        shown, cpu, gpu = next((b for b in both if b[0].n == n), both[-1])
        timings = tuple(
            (v, t, self.scope) for v in (gpu, cpu) if (t := v.timing(shown.n, self.scope))
        )
        holds = {
            "above": n is None or n > size.n,
            "at": n == size.n,
            "below": n is not None and n < size.n,
        }[self.side]
        told = f"the GPU wins from {shown.label} on" if n else f"no crossover up to {shown.label}"
        says = f"{told} ({'; '.join(_told(*t) for t in timings)})"
        return Reading(shown, holds, 1.0, says, timings)


def in_times(m: re.Match[str]) -> float:
    """The N of "N times"; 1 where there is none."""
    factor = float(m["n"] or 1)
    if factor <= 0:
        raise PageError("claim: a number of times is more than 0")
    return factor


def _variant(record: Record, name: str) -> Variant | None:
    return next((v for v in record.variants if v.name == name), None)


def _told(variant: Variant, timing: Timing, scope: Scope) -> str:
    """A timing in words: "cpu_numba compute takes 1.20 ms (1.18–1.21 ms)"."""
    interval = units.seconds_range(timing.low, timing.high, units.seconds_unit(timing.median))
    unit = units.seconds_unit(timing.median)[1]
    return f"{variant.name} {scope} takes {units.seconds(timing.median)} ({interval} {unit})"
