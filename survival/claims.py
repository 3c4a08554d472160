"""H14: what a chapter claims of its measurements, in words that are held against records.

A claim is one line that is read easily: "cpu_numba compute is faster than cpu_numpy at 2^20".
`parse` understands it, `evaluate` holds it against one record, and a `Verdict` says in one line,
with both numbers, what the record has to say. Comparisons use the 95 % intervals (H8): what the
intervals leave open does not hold.
"""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Literal

from survival import catalog, judge
from survival.catalog import Example, size_label
from survival.errors import PageError, SurvivalError, known
from survival.judge import Finding
from survival.pages import units
from survival.pages.evidence import Evidence, find_size
from survival.prose import claim_blocks
from survival.records import LOCAL, Machine, Record, Scope, Size, Timing, Variant

SCOPES: tuple[Scope, ...] = ("compute", "end_to_end", "first_call")

LONGEST = 300
"""Characters in a claim."""

GRAMMAR = (
    "VARIANT SCOPE is (faster than | slower than | no slower than | no faster than | "
    "at least N times as fast as | at most N times as fast as | not measurably different from) "
    "(VARIANT [SCOPE] | EXAMPLE.VARIANT [SCOPE] | the best CPU | the best GPU) at SIZES; "
    "VARIANT SCOPE is the best CPU at SIZES; "
    "VARIANT compute reaches (at least | at most) N % of the limit at SIZES; "
    "VARIANT error is (smaller than | larger than | at least N times that of | "
    "at most N times that of) VARIANT at SIZES; "
    "crossover SCOPE is (above | at | below) SIZE. "
    "SIZES: SIZE[, SIZE...] | every size | sizes from SIZE | sizes up to SIZE. Any may end: "
    "on machines with a GPU | on machines without a GPU | on machines with at least N cores | "
    "on machines with at most N cores | on FOLDER"
)
"""How a claim is written; shown where one is not understood."""


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


def evaluate(
    claim: Claim, record: Record, machine: Machine, others: Mapping[str, Record] | None = None
) -> Verdict | None:
    """Hold a claim against one record, and where it needs another example, against `others`.

    None if the claim is not about this machine, or if the records lack a timing that it needs.
    """
    if not claim.where.includes(machine):
        return None
    if claim.beside:
        other = (others or {}).get(claim.beside)
        if other is None or other.capture != record.capture:  # H1
            return None
        record = _joined(record, other)
    measured = {s.n: s for s in record.sizes}
    readings = [claim.at(record, measured[n]) for n in claim.sizes.ns if n in measured]
    found = [r for r in readings if r is not None]
    if not found or (claim.sizes.listed and len(found) < len(claim.sizes.ns)):
        # A size that contradicts the claim does so even where another was not measured.
        found = [r for r in found if not r.holds]
        if not found:
            return None
    return Verdict(record, min(found, key=lambda r: (r.holds, r.margin)), len(found))


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
            other = judge.best(record, device, size.n, self.other_scope, variant.precision)
        else:
            other = _variant(record, self.other)
        mine = variant.timing(size.n, self.scope)
        theirs = other.timing(size.n, self.other_scope) if other else None
        if other is None or mine is None or theirs is None:
            return None
        timings = ((variant, mine, self.scope), (other, theirs, self.other_scope))
        holds, margin = self._compare(mine, theirs)
        says = f"{_told(*timings[0])}, {_told(*timings[1])}"
        if not holds and not judge.differ(mine, theirs):
            says += ": the intervals overlap, so neither is faster (H8)"
        unfair = self._unfair(record, size, variant, other)
        if unfair:
            rule, says = unfair
            return Reading(size, False, 0.0, says, timings, rule)
        return Reading(size, holds, margin, says, timings)

    def _compare(self, mine: Timing, theirs: Timing) -> tuple[bool, float]:
        """Whether it holds, and by which factor."""
        least, most = theirs.low / mine.high, theirs.high / mine.low
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
        best = judge.best(record, "cpu", size.n, scope, gpu.precision)
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
        next_best = judge.best(others, self.device, size.n, self.scope, variant.precision)
        theirs = next_best.timing(size.n, self.scope) if next_best else None
        if next_best is None or theirs is None:
            return None
        timings = ((variant, mine, self.scope), (next_best, theirs, self.scope))
        says = f"{_told(*timings[0])}, {_told(*timings[1])}"
        if not judge.differ(mine, theirs):
            says += ": the intervals overlap, so neither is faster (H8)"
        return Reading(size, mine.high < theirs.low, theirs.low / mine.high, says, timings)


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
        share = judge.fraction(record, variant, timing)
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
            if (cpu := judge.best(record, "cpu", s.n, self.scope, "float32"))
            and (gpu := judge.best(record, "gpu", s.n, self.scope, "float32"))
        ]
        if not both:
            return None
        n = judge.crossover(record, self.scope)
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


def parse(text: str, example: Example, machines: Iterable[str] = ()) -> Claim:
    """Understand one line of a claim block.

    `machines` are the published folders of results/ that a claim may be limited to. Raises
    PageError, CatalogError or RecordError, naming what exists.
    """
    plain = " ".join(text.split()).removesuffix(".")
    if len(plain) > LONGEST:
        raise PageError(f"claim: '{plain[:40]}...' is longer than {LONGEST} characters")
    body, where = _split_where(plain, list(machines))
    for pattern, make in _FORMS:
        m = re.fullmatch(pattern, body)
        if m:
            return make(plain, where, example, m)
    raise PageError(f"claim: '{plain}' is not understood; write {GRAMMAR}")


def _split_where(text: str, machines: list[str]) -> tuple[str, Where]:
    body, _, words = text.rpartition(" on ")
    if not body:
        return text, Where()
    if words == "machines with a GPU":
        return body, Where(words, gpu=True)
    if words == "machines without a GPU":
        return body, Where(words, gpu=False)
    m = re.fullmatch(r"machines with at (least|most) (\d{1,6}) cores?", words)
    if m and m[1] == "least":
        return body, Where(words, least_cores=int(m[2]))
    if m:
        return body, Where(words, most_cores=int(m[2]))
    if words not in machines:
        raise PageError(
            "claim: "
            + known("machine", words, machines)
            + "; or: machines with a GPU, machines without a GPU, machines with at least N cores, "
            "machines with at most N cores"
        )
    return body, Where(words, machine=words)


def _sizes(text: str, example: Example) -> Sizes:
    """Which of the problem's sizes are meant. Raises RecordError, naming those that exist."""
    problem = example.problem()
    every = [Size(n=n, label=size_label(problem, n), bytes=0, operations=0) for n in problem.SIZES]
    if text == "every size":
        return Sizes(tuple(s.n for s in every), listed=False)
    if text.startswith("sizes from "):
        least = find_size(every, text.removeprefix("sizes from ")).n
        return Sizes(tuple(s.n for s in every if s.n >= least), listed=False)
    if text.startswith("sizes up to "):
        most = find_size(every, text.removeprefix("sizes up to ")).n
        return Sizes(tuple(s.n for s in every if s.n <= most), listed=False)
    # Not at the commas of 1,048,576.
    named = re.split(r",\s+(?:and )?| and ", text)
    return Sizes(tuple(find_size(every, name).n for name in named), listed=True)


def _scope(text: str) -> Scope:
    for scope in SCOPES:
        if scope == text:
            return scope
    raise PageError("H4: claim: " + known("scope", text, SCOPES))


def _times(m: re.Match[str]) -> float:
    """The N of "N times"; 1 where there is none."""
    factor = float(m["n"] or 1)
    if factor <= 0:
        raise PageError("claim: a number of times is more than 0")
    return factor


def _comparison(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant, scope = example.variant(m["variant"]), _scope(m["scope"])
    other_scope = _scope(m["other_scope"]) if m["other_scope"] else scope
    if m["other"].startswith("the best "):
        other = m["other"].removeprefix("the ").lower()
        if other == f"best {variant.device}":
            raise PageError(
                f"claim: '{m['other']}' is what a variant of the other device is compared with; "
                f"for '{variant.name}' write 'is {m['other']}'"
            )
    elif "." in m["other"]:
        other = _other(m["other"], variant, example)
    else:
        other = example.variant(m["other"]).name
        if (other, other_scope) == (variant.name, scope):
            raise PageError(f"claim: '{other}' cannot be compared with itself")
    operator = OPERATORS[m["operator"]] if m["operator"] else m["bound"]
    sizes = _sizes(m["sizes"], example)
    factor = _times(m)
    return Comparison(text, sizes, where, variant.name, scope, operator, factor, other, other_scope)


def _other(name: str, variant: catalog.Variant, example: Example) -> str:
    """Check that EXAMPLE.VARIANT may stand beside a variant of `example`, which does other work."""
    folder, _, theirs = name.partition(".")
    beside = catalog.get(folder, example.problem_path.parents[1])
    other = beside.variant(theirs)
    if (other.device, other.precision) != (variant.device, variant.precision):
        raise PageError(
            f"H3: claim: '{name}' does other work than '{variant.name}', so device and precision "
            "must be the same"
        )
    if beside.problem().UNIT != example.problem().UNIT:
        raise PageError(f"claim: '{folder}' and '{example.name}' count different things")
    return name


def _joined(record: Record, other: Record) -> Record:
    """The record with the variants of another example beside its own, as EXAMPLE.VARIANT."""
    theirs = [v.model_copy(update={"name": f"{other.example}.{v.name}"}) for v in other.variants]
    return record.model_copy(update={"variants": [*record.variants, *theirs]})


def _best(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant, scope = example.variant(m["variant"]), _scope(m["scope"])
    device = m["device"].lower()
    if variant.device != device:
        raise PageError(f"claim: '{variant.name}' is no {m['device']} variant")
    return Best(text, _sizes(m["sizes"], example), where, variant.name, scope, device)


def _share(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant = example.variant(m["variant"]).name
    if _scope(m["scope"]) != "compute":
        raise PageError("claim: only compute has a physical limit to be held against")
    if not 0 < float(m["n"]) <= 100 * judge.PHYSICS:
        raise PageError("claim: a share of the limit is more than 0 % and at most 100 %")
    return Share(text, _sizes(m["sizes"], example), where, variant, m["bound"], float(m["n"]))


def _errors(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    variant, other = example.variant(m["variant"]).name, example.variant(m["other"]).name
    if variant == other:
        raise PageError(f"claim: '{other}' cannot be compared with itself")
    sizes = _sizes(m["sizes"], example)
    return Errors(text, sizes, where, variant, m["operator"] or m["bound"], _times(m), other)


def _crossover(text: str, where: Where, example: Example, m: re.Match[str]) -> Claim:
    scope = _scope(m["scope"])
    if scope == "first_call":
        raise PageError("H4: claim: " + known("scope", scope, SCOPES[:2]))
    sizes = _sizes(m["sizes"], example)
    if len(sizes.ns) != 1:
        raise PageError("claim: a crossover is held against one size")
    return Crossover(text, sizes, where, scope, m["side"])


_FORMS: tuple[tuple[str, Callable[[str, Where, Example, re.Match[str]], Claim]], ...] = (
    (Best.PATTERN, _best),
    (Comparison.PATTERN, _comparison),
    (Share.PATTERN, _share),
    (Errors.PATTERN, _errors),
    (Crossover.PATTERN, _crossover),
)


def _variant(record: Record, name: str) -> Variant | None:
    return next((v for v in record.variants if v.name == name), None)


def _told(variant: Variant, timing: Timing, scope: Scope) -> str:
    """A timing in words: "cpu_numba compute takes 1.20 ms (1.18–1.21 ms)"."""
    interval = units.seconds_range(timing.low, timing.high, units.seconds_unit(timing.median))
    unit = units.seconds_unit(timing.median)[1]
    return f"{variant.name} {scope} takes {units.seconds(timing.median)} ({interval} {unit})"


def contradiction(claim: Claim, verdict: Verdict, own: bool = False) -> str:
    """What to say of a claim that the data contradicts, in one line, without its rule.

    `own` says that the data is the reader's, who need not have written the page.
    """
    where = f"results/{LOCAL}/{verdict.record.example}.json" if own else verdict.record.path
    advice = "mend the sentence and its claim, or limit the claim to machines where it holds"
    if own:
        advice = "if the page is not yours and the machine was idle, that is worth an issue"
    return f'"{claim.text}" does not hold in {where}: {verdict.says}; {advice}'


def declared(text: str, evidence: Evidence) -> Iterator[Claim]:
    """Every claim of a page that is understood; `check_page` reports the others."""
    machines = [f for f in evidence.results.order() if f != LOCAL]
    for block in claim_blocks(text):
        for _, words in block.lines:
            with suppress(SurvivalError):
                yield parse(words, evidence.example(block.example), machines)


def check_page(where: str, text: str, evidence: Evidence, own: bool = False) -> Iterator[Finding]:
    """Every claim of a page that is not understood, or that a published record contradicts.

    `where` is the page's path as a message names it, `text` its Markdown. `own` holds the claims
    against the reader's own records instead, which break no rule: what they contradict is marked.
    """
    machines = [f for f in evidence.results.order() if f != LOCAL]
    for block in claim_blocks(text):
        try:
            example = evidence.example(block.example)
            measured = [m for m in evidence.of(block.example) if m.local == own]
        except SurvivalError as e:
            yield Finding("H14", f"{where}({block.first})", f"claim: {e}", "fail")
            continue
        for line, words in block.lines:
            try:
                claim = parse(words, example, machines)
            except SurvivalError as e:
                yield Finding("H14", f"{where}({line})", str(e), "fail")
                continue
            for m in measured:
                others = evidence.results.records[m.folder]
                verdict = evaluate(claim, m.record, m.machine, others)
                if verdict and not verdict.holds:
                    says = contradiction(claim, verdict, own)
                    severity: judge.Severity = "mark" if own else "fail"
                    yield Finding(verdict.reading.rule, f"{where}({line})", says, severity)
