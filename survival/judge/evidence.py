"""What pages may show: the examples, the records of each machine, and which of them stands for all.

Read once per build and again when a file changes, so that live reload sees new measurements.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from survival import catalog, records, system, units
from survival.catalog import Example
from survival.errors import CatalogError, JudgeError, RecordError, known
from survival.judge import comparisons, compiled, pins, rules, staleness
from survival.judge.pins import Pins
from survival.records import (
    LOCAL,
    Compiled,
    Machine,
    Record,
    Results,
    Scope,
    Size,
    Timing,
    Variant,
)

SCOPES: dict[Scope, str] = {
    "compute": "compute",
    "end_to_end": "end to end",
    "first_call": "first call",
}
"""Each scope as a page writes it."""

CLOCK = "clock"
"""Stands in the key of a clock's reading where others have an example: none is called so."""
CEILING = "ceiling"
"""What a reading is held against: the best bandwidth that the machine's memory reached."""


@dataclass(frozen=True)
class Measured:
    """One example on one machine."""

    folder: str
    """The folder under results/ that the record lies in."""
    machine: Machine
    record: Record
    example: Example
    stale: frozenset[str]
    """H12: names of the variants measured on older source, or with quite another library."""
    why_stale: Mapping[str, str] = field(default_factory=dict, compare=False)
    """For each of them, how the sentence "measured …" goes on."""

    @property
    def path(self) -> str:
        """The record's file, seen from the root of the site."""
        return f"results/{self.folder}/{self.record.example}.json"

    @property
    def local(self) -> bool:
        """Whether this is what the reader measured, and not a published record."""
        return self.folder == LOCAL

    @property
    def title(self) -> str:
        """What a page calls the machine."""
        return "This machine" if self.local else self.machine.title

    @property
    def tab(self) -> str:
        """The machine in a few words, for a tab."""
        machine = self.machine
        return "This machine" if self.local else (machine.gpu or machine.cpu).model

    @property
    def name(self) -> str:
        """The example's title."""
        return title(self.example)

    @property
    def date(self) -> str:
        """The day of the capture."""
        return units.date(self.record.captured)

    def key(self, variant: str = "", size: int | str = "", scope: str = "", base: str = "") -> str:
        """What finds a number's card: FOLDER/EXAMPLE/VARIANT/SIZE/SCOPE/BASE, as far as known.

        Names and folders are plain by the schema, so that none of them has a slash.
        """
        parts = (self.folder, self.record.example, variant, str(size), scope, base)
        return "/".join(parts).rstrip("/")

    def was_measured(self, name: str) -> bool:
        """Whether a variant has timings here."""
        return any(v.name == name and v.status == "measured" for v in self.record.variants)

    def variants(self) -> list[Variant]:
        """The record's variants, in the order of the listing's tabs."""
        order = [v.name for v in self.example.variants]
        last = len(order)
        return sorted(
            self.record.variants,
            key=lambda v: (v.device, order.index(v.name) if v.name in order else last, v.name),
        )

    def label(self, name: str) -> str:
        """What a page calls a variant; one whose file is gone goes by its file's name."""
        return next((v.label for v in self.example.variants if v.name == name), name)

    def note(self, timing: Timing, scope: Scope) -> str:
        """Everything that a timing must not be read without, in one line."""
        # A variant that moves nothing is timed once; the reader asked for this scope of it.
        parts = [
            _of_samples(timing),
            f"95 % interval {units.seconds_range(timing.low, timing.high)}",
            SCOPES[scope],
            f"this machine ({self.machine.title})" if self.local else self.machine.title,
            self.date,
        ]
        parts += ["disturbed by other programs"] * comparisons.disturbed(timing.others)
        parts += ["quick capture"] * (self.record.mode == "quick")
        return ", ".join(parts).replace(units.NBSP, " ")


def _of_samples(timing: Timing) -> str:
    """What the median is of: "median of 48 samples in 3 processes"."""
    k = timing.processes
    return (
        f"median of {timing.n} samples in {k} processes"
        if k > 1
        else (
            f"median of {timing.n} samples of one process"
            if timing.scope != "first_call"
            else f"median of {timing.n} first calls"
        )
    )


def clock_key(folder: str, task: str, timer: str, against: str = "") -> str:
    """What finds the card of a number from the check of a machine's clocks.

    `against` is another timer of the same task, or CEILING.
    """
    return "/".join((folder, CLOCK, task, timer, against)).rstrip("/")


@dataclass(frozen=True)
class Evidence:
    """All examples and all records that may be shown."""

    examples: dict[str, Example]
    results: Results
    pins: Pins = field(default_factory=lambda: staleness.NO_PINS)
    _judged: dict[str, list[Measured]] = field(default_factory=dict, compare=False, repr=False)
    _shared: dict[tuple[str, str], Measured | None] = field(
        default_factory=dict, compare=False, repr=False
    )
    """By folder and example what the judge let pass, for all machines and for each alone."""
    _alone: dict[str, "Evidence"] = field(default_factory=dict, compare=False, repr=False)

    def example(self, name: str) -> Example:
        """The example of that name. Raises CatalogError, naming those that exist."""
        if name not in self.examples:
            raise CatalogError(known("example", name, self.examples))
        return self.examples[name]

    def of(self, name: str) -> list[Measured]:
        """The example on every machine that has it, published ones with a GPU first.

        Raises CatalogError for an unknown example and JudgeError if a published record breaks a
        rule. A record of the reader's own that breaks one is left out: it must not keep them from
        reading.
        """
        example = self.example(name)
        if name in self._judged:
            return self._judged[name]
        found = []
        for folder, machine, record in self.results.of(name):
            if (folder, name) not in self._shared:
                self._shared[folder, name] = self._look(folder, machine, record, example)
            if measured := self._shared[folder, name]:
                found.append(measured)
        self._judged[name] = found
        return found

    def _look(
        self, folder: str, machine: Machine, record: Record, example: Example
    ) -> Measured | None:
        """A record that may be shown; None for one of the reader's own that breaks a rule."""
        broken = [f for f in rules.judge_record(record, machine, example) if f.fails]
        if broken and folder != LOCAL:
            raise JudgeError(broken[0].message)
        if broken:
            return None
        stale = staleness.why_stale(record, example, self.pins)
        return Measured(folder, machine, record, example, frozenset(stale), stale)

    def compiled(self, example: Example) -> Compiled | None:
        """What the compiler made of an example's kernels, if that is recorded."""
        return self.results.compiled.get(compiled.folder_of(example))

    def judge(self) -> None:
        """Look at every example on every machine now, and not when a page asks for it.

        Raises what `of` does.
        """
        for name in self.examples:
            self.of(name)

    def only(self, folder: str) -> "Evidence":
        """The same examples with the records of one machine, as if it were the only one."""
        if folder not in self._alone:
            alone = Results(
                machines={folder: self.results.machines[folder]},
                records={folder: self.results.records[folder]},
                clocks={k: c for k, c in self.results.clocks.items() if k == folder},
                repeats={k: r for k, r in self.results.repeats.items() if k == folder},
            )
            self._alone[folder] = Evidence(self.examples, alone, self.pins, _shared=self._shared)
        return self._alone[folder]

    def labels(self) -> dict[str, str]:
        """Each machine in a few words, no two alike, by folder: the choice that a reader has."""
        machines = self.results.machines
        short = {f: (m.gpu or m.cpu).model for f, m in machines.items()}
        counts = Counter(text for f, text in short.items() if f != LOCAL)
        labels = {}
        for f in self.results.order():
            unlike = f"{machines[f].title} ({f})"
            titles = [machines[g].title for g in machines]
            full = machines[f].title if titles.count(machines[f].title) == 1 else unlike
            labels[f] = short[f] if counts[short[f]] == 1 else full
            if f == LOCAL:
                labels[f] = "This machine"
        return labels

    def reference(self, name: str, variants: Iterable[str] = ()) -> Measured | None:
        """The machine that stands for all.

        The first on which all these variants were measured, else the first that has the example,
        else None.
        """
        every, names = self.of(name), list(variants)
        for measured in every:
            if all(measured.was_measured(v) for v in names):
                return measured
        return every[0] if every else None


def title(example: Example) -> str:
    """The first line of the problem's docstring, without its full stop."""
    return _title(system.text(example.problem_path)) or example.name


@lru_cache(maxsize=256)  # asked for with every number
def _title(source: str) -> str:
    text = ast.get_docstring(ast.parse(source)) or ""
    return text.split("\n")[0].removesuffix(".")


def find_size(sizes: Iterable[Size], text: str) -> Size:
    """The size written as 1048576, 2^20, 1024x1536 (a product) or by its label.

    Raises RecordError, naming the sizes that exist.
    """
    sizes = list(sizes)
    plain = text.replace(",", "").replace("_", "").replace("×", "x").replace(" ", "")
    n = None
    if plain.replace("x", "").isdecimal() and all(plain.split("x")):
        n = 1
        for part in plain.split("x"):
            n *= int(part)
    elif plain.count("^") == 1 and plain.replace("^", "").isdecimal() and all(plain.split("^")):
        base, power = (int(part) for part in plain.split("^"))
        n = base**power if base <= 1000 and power <= 64 else 0
    for size in sizes:
        if size.n == n or size.label == text:
            return size
    listed = ", ".join(str(s.n) for s in sizes)
    labels = ", ".join(s.label for s in sizes)
    also = "" if labels.replace(",", "") == listed.replace(",", "") else f" ({labels})"
    raise RecordError(f"unknown size '{text}'; there are: {listed}{also}")


def load(results: Path, examples: Path, local: bool) -> Evidence:
    """Read both folders, or take what was read before if no file in them has changed.

    `local` says whether the reader's own capture is shown. Raises RecordError and CatalogError.
    """
    files = [*system.content(results, "*/*.json"), *system.content(examples, "*/*.py")]
    files += system.content(examples, "errors/*/*.py")
    files += [f for name in pins.FILES if (f := examples.parent / name).is_file()]
    stamps = tuple(sorted((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in files))
    return _load(results, examples, local, stamps)


@lru_cache(maxsize=4)
def _load(results: Path, examples: Path, local: bool, stamps: tuple[object, ...]) -> Evidence:
    found = records.read_results(results, local)
    # The pins that count are those of the repository that the examples are of.
    return Evidence(catalog.find(examples), found, pins.read(examples.parent))
