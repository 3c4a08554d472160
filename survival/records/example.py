"""One example on one machine: `results/MACHINE/EXAMPLE.json`."""

from statistics import median
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic.dataclasses import dataclass

from survival.errors import RecordError, known
from survival.records.fields import (
    SHORT,
    STRICT,
    Count,
    Device,
    Hash,
    Model,
    Name,
    Precision,
    Rate,
    Scope,
    Seconds,
    Slug,
    Text,
)
from survival.records.use import GpuUse
from survival.stats import MIN_PROCESSES, Interval, over_processes


# A machine has ten thousand of these: with slots, one takes a tenth of a model's memory.
@dataclass(config=STRICT, frozen=True, slots=True, kw_only=True)
class Block:
    """Samples that were taken in a row, in one process at one moment."""

    process: Annotated[int, Field(ge=0, lt=100)]
    """Which of the fresh processes: those of one number were taken in one pass over the example."""
    round: Annotated[int, Field(ge=0, lt=1000)]
    """Which turn within the process: compute and end to end alternate."""
    order: Annotated[int, Field(ge=0, lt=1000)]
    """The variant's place in the pass; the order changes from pass to pass."""
    at: Annotated[float, Field(ge=0, lt=1e6, allow_inf_nan=False)]
    """Seconds since the capture of the example began."""
    n: Annotated[int, Field(ge=1, le=10_000)]
    """How many of the timing's samples these are, counted on from the block before."""
    clock_mhz: Annotated[float, Field(ge=0, lt=1e5, allow_inf_nan=False)] | None = None
    """Clock rate of the GPU's multiprocessors after the block; missing for what a CPU computes."""
    throttled: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    """NVML's reasons, as bits, why the GPU's clock was held back then; 0 if it was not."""


@dataclass(config=STRICT, frozen=True, slots=True, kw_only=True)
class Round:
    """The moment before a variant's process: how fast the machine did one fixed piece of work."""

    process: Annotated[int, Field(ge=0, lt=100)]
    """Which pass over the example."""
    order: Annotated[int, Field(ge=0, lt=1000)]
    """Which place in the pass: the variant that follows has blocks of that order."""
    at: Annotated[float, Field(ge=0, lt=1e6, allow_inf_nan=False)]
    """Seconds since the capture of the example began."""
    one_core: Seconds
    """Seconds of a fixed number of multiply-adds on one core."""
    all_cores: Seconds
    """Seconds of the same number on each of all cores at once."""


EMPTIED = "L2 cleared"
"""What `Timing.timer` says of a clock that empties a GPU's L2 cache before each sample."""


class Timing(Model):
    """One variant at one size in one scope, with every sample; the statistics follow from them."""

    size: Count
    """The size that was timed, in the example's unit."""
    scope: Scope
    """What the clock saw: `compute`, `end_to_end` or `first_call`."""
    samples: Annotated[list[Seconds], Field(min_length=1, max_length=10_000)]
    """Seconds per call, one entry per sample, in the order measured."""
    blocks: Annotated[list[Block], Field(max_length=1000)] = Field(default_factory=list)
    """Where and when they were taken, in the same order. None in a record of schema version 1,
    whose samples all come from one process (of a first call, each from its own)."""
    calls_per_sample: Annotated[int, Field(ge=1)]
    """How many calls each sample is the mean of: short work is timed in batches."""
    median: Seconds
    """Median over the processes of the median of each one's samples, in seconds."""
    low: Seconds
    """Lower end of its 95 % interval: over processes by Student's t of the logarithms, or of a
    single process by ranks."""
    high: Seconds
    """Upper end of the same interval."""
    q1: Seconds
    """First quartile of the samples, in seconds."""
    q3: Seconds
    """Third quartile of the samples, in seconds."""
    timer: Text
    """The library that held the clock, its version and its settings."""
    others: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of the processors that other programs, and other virtual machines, took meanwhile.

    Missing where it was too short to tell, and for what a GPU computes.
    """
    linearity: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None
    """Of a time that is a share of one long submission: half of what twice the work took, over it.

    1 where the clock is right; missing where the clock is of another kind.
    """

    @model_validator(mode="after")
    def _blocks_hold_the_samples(self) -> Self:
        if self.blocks and sum(b.n for b in self.blocks) != len(self.samples):
            raise ValueError(f"the blocks of size {self.size} {self.scope} hold other samples")
        return self

    @property
    def n(self) -> int:
        """The number of samples."""
        return len(self.samples)

    @property
    def groups(self) -> dict[int, list[float]]:
        """The samples of each process, by its number; one group where no blocks are known."""
        if not self.blocks:
            return {0: self.samples}
        found: dict[int, list[float]] = {}
        begin = 0
        for b in self.blocks:
            found.setdefault(b.process, []).extend(self.samples[begin : begin + b.n])
            begin += b.n
        return found

    @property
    def cold(self) -> bool:
        """Whether the clock emptied a GPU's L2 cache before each sample."""
        return EMPTIED in self.timer

    @property
    def processes(self) -> int:
        """In how many fresh processes it was measured."""
        return len(self.groups)

    @property
    def middles(self) -> dict[int, float]:
        """The median of each process, in seconds, by its number."""
        return {process: median(samples) for process, samples in self.groups.items()}


class LeftOut(Model):
    """A size or scope that was not timed, and why."""

    size: Count
    """The size, in the example's unit."""
    scope: Scope
    """The scope that was not timed there."""
    reason: Text
    """Why: too slow for the time limit, too large for the memory, or failed."""


class Limit(Model):
    """The shortest time for one size by what this machine reaches, from machine.json."""

    seconds: Seconds
    """The longer of bytes over bandwidth and operations over rate, in seconds."""
    bound_by: Literal["memory", "operations"]
    """Which of the two is the longer one."""
    bytes_per_second: Rate
    """What the record's own capture reached for a working set of this size on this device."""
    operations_per_second: Rate
    """What it reached for this precision on this device."""
    shortest: Seconds | None = None
    """`seconds` by the best single sample of that capture; missing in a record of before."""
    longest: Seconds | None = None
    """`seconds` by the slowest of its processes; missing in a record of before."""
    kernel: Literal["copy", "add", "read", "matrix product", "multiply-add"] | None = None
    """What reached the rate that the longer one follows from; missing in a record of before."""
    cold: Literal[True] | None = None
    """True where that rate is of a GPU whose L2 cache was emptied before; else missing."""


class Check(Model):
    """The answer at one size, held against the oracle before anything was timed."""

    size: Count
    """The size that was checked, in the example's unit."""
    error: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """How far the answer was from the oracle's, by the record's `error_measure`."""
    limit: Limit | None = None
    """The physical limit at this size; missing where no ceiling was measured for it."""


class Variant(Model):
    """What one variant did on this machine."""

    name: Name
    """The file's name without .py: DEVICE_LIBRARY[_TRAIT]."""
    device: Device
    """Where it computes."""
    library: Name
    """The library that it is written with."""
    precision: Precision
    """What it computes in."""
    transfers: bool
    """Whether it has to_device/to_host; if not, its end_to_end is its compute, timed once."""
    source_hash: Hash
    """Of the syntax trees of the variant and its problem: a changed comment changes nothing."""
    status: Literal["measured", "failed", "not_run"]
    """`failed`: ran and was wrong or stopped. `not_run`: could not run on this machine."""
    reason: Text = ""
    """Why it failed or was not run; empty if it was measured."""
    checks: Annotated[list[Check], Field(max_length=100)] = Field(default_factory=list)
    """One per size that was tried; nothing is timed whose answer is wrong."""
    timings: Annotated[list[Timing], Field(max_length=300)] = Field(default_factory=list)
    """One per size and scope that was timed."""
    left_out: Annotated[list[LeftOut], Field(max_length=300)] = Field(default_factory=list)
    """One per size and scope that was not, with the reason."""

    @model_validator(mode="after")
    def _status_fits(self) -> Self:
        if self.status != "measured" and not self.reason:
            raise ValueError(f"variant '{self.name}' is {self.status} without a reason")
        if self.status != "measured" and self.timings:
            raise ValueError(f"variant '{self.name}' is {self.status} and yet has timings")
        return self

    def timing(self, size: int, scope: Scope) -> Timing | None:
        """The timing that stands for a size in a scope, or None where it was not measured.

        A variant that moves no data has one timing for `compute` and `end_to_end`: the same call.
        So has one whose trip cannot be told from nothing: see `no_trip`.
        """
        if scope == "end_to_end" and (not self.transfers or self.no_trip(size)):
            scope = "compute"
        return self.own_timing(size, scope)

    def own_timing(self, size: int, scope: Scope) -> Timing | None:
        """The timing that was taken at a size in that very scope, or None."""
        return next((t for t in self.timings if (t.size, t.scope) == (size, scope)), None)

    def trip(self, size: int) -> Interval | None:
        """By how many seconds end to end is longer than compute, or None where one is missing.

        Over several processes the difference is taken within each; of one process, only the ends
        of both intervals are known.
        """
        part, whole = (self.own_timing(size, s) for s in ("compute", "end_to_end"))
        if part is None or whole is None:
            return None
        ours, theirs = part.middles, whole.middles
        common = ours.keys() & theirs.keys()
        if len(common) >= MIN_PROCESSES:
            return over_processes([theirs[p] - ours[p] for p in sorted(common)])
        middle = whole.median - part.median
        return Interval(middle, whole.low - part.high, whole.high - part.low)

    def no_trip(self, size: int) -> bool:
        """Whether moving the data cannot be told from nothing, by it and by both times."""
        part, whole = (self.own_timing(size, s) for s in ("compute", "end_to_end"))
        trip = self.trip(size)
        return bool(part and whole and trip and trip.low <= 0 and whole.low <= part.high)

    def cold(self, size: int) -> bool:
        """Whether computing was timed with the L2 cache emptied: what its limit then is, too."""
        computed = self.own_timing(size, "compute")
        return computed is not None and computed.cold

    def check(self, size: int) -> Check | None:
        """The check against the oracle at a size, or None."""
        return next((c for c in self.checks if c.size == size), None)


class Size(Model):
    """One point of the sweep and the work that any variant must do there."""

    n: Annotated[int, Field(ge=1, lt=2**62)]
    """The size, in the example's unit."""
    label: Text
    """How a page writes it."""
    bytes: Count
    """The fewest bytes that must move: each input read once, each output written once."""
    operations: Count
    """The arithmetic operations that the problem's `work` counts: those of a good algorithm."""

    def bytes_in(self, precision: Precision) -> int:
        """`bytes`, for a variant of that precision: less where its numbers are short."""
        return self.bytes * SHORT.get(precision, 32) // 32


class SizeLeftOut(Model):
    """A point of the sweep that no variant was tried at, and why."""

    n: Annotated[int, Field(ge=1, lt=2**62)]
    """The size, in the example's unit."""
    label: Text
    """How a page writes it."""
    reason: Text
    """Why, such as too little memory."""


class Record(Model):
    """One example on one machine: one capture of all its variants."""

    schema_version: Literal[1, 2]
    """Which version of these fields the file has: since 2, timings have blocks."""
    example: Name
    """The example's name; the file is called like it."""
    machine: Slug
    """The machine's name; the folder is called like it."""
    capture: Slug
    """Which run of `capture` this belongs to: no ratio is made of two captures."""
    captured: AwareDatetime
    """When it was captured, with the time zone."""
    mode: Literal["full", "quick"]
    """`quick` takes fewer samples and no first calls; what is published is `full`."""
    commit: Text
    """The commit of the repository, with "-dirty" if there were changes; "unknown" outside git."""
    libraries: Annotated[dict[Text, Text], Field(max_length=40)]
    """Version of Python and of every library used, by name."""
    settings: Annotated[dict[Text, Text], Field(max_length=40)] = Field(default_factory=dict)
    """What was set for the programs from outside: affinity, threads, variables by their names."""
    gpu_others: GpuUse | None = None
    """What other programs did on the GPU then; missing without a CUDA device."""
    unit: Text
    """What a size counts."""
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """The largest error at which an answer counts as right."""
    tolerances: dict[Precision, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        default_factory=dict
    )
    """The same for variants of these precisions, where it is another."""
    error_measure: Text
    """The name of the error's measure."""
    sizes: Annotated[list[Size], Field(min_length=1, max_length=100)]
    """The sweep, in ascending order."""
    sizes_left_out: Annotated[list[SizeLeftOut], Field(max_length=100)] = Field(
        default_factory=list
    )
    """Points of the sweep that no variant was tried at."""
    variants: Annotated[list[Variant], Field(max_length=100)]
    """What each variant did."""
    twin: Variant | None = None
    """One of them again, as if it were another: how often the two differ is the false alarms."""
    rounds: Annotated[list[Round], Field(max_length=10_000)] = Field(default_factory=list)
    """How fast the machine was while the capture went on, moment by moment."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [v.name for v in self.variants]
        if len(set(names)) != len(names):
            raise ValueError("two variants have one name")
        sizes = {s.n for s in self.sizes}
        for v in [*self.variants, *([self.twin] if self.twin else [])]:
            named = [i.size for items in (v.checks, v.timings, v.left_out) for i in items]
            for n in named:
                if n not in sizes:
                    raise ValueError(f"variant '{v.name}' names size {n}, not in sizes")
            cells = [(t.size, t.scope) for t in v.timings]
            if len(set(cells)) != len(cells):
                raise ValueError(f"variant '{v.name}' has two timings of one size and scope")
        return self

    def variant(self, name: str) -> Variant:
        """The variant of that name.

        Raises RecordError, naming the variants that exist.
        """
        for v in self.variants:
            if v.name == name:
                return v
        raise RecordError(
            f"{self.path}: " + known("variant", name, [v.name for v in self.variants])
        )

    def allowed(self, variant: Variant) -> float:
        """The largest error at which an answer of this variant counts as right."""
        return self.tolerances.get(variant.precision, self.tolerance)

    def size(self, n: int) -> Size:
        """The size of that n. Raises RecordError, naming the sizes that exist."""
        for s in self.sizes:
            if s.n == n:
                return s
        raise RecordError(f"{self.path}: " + known("size", n, [s.n for s in self.sizes]))

    def amount(self, size: Size) -> str:
        """A size with its unit: "1024 × 1536 pixels", "1 token", "1 pass", "64 MiB"."""
        if self.unit == "bytes" and size.label.endswith("B"):
            return size.label
        first, _, rest = self.unit.partition(" ")
        one = f"{first.removesuffix('es' if first.endswith('sses') else 's')} {rest}".strip()
        return f"{size.label} {one if size.label == '1' else self.unit}"

    @property
    def path(self) -> str:
        """Where a published record of this machine and example lies, seen from the repository."""
        return f"results/{self.machine}/{self.example}.json"


def is_dirty(commit: str) -> bool:
    """Whether a commit, as a record names it, had changes that were not committed."""
    return commit.endswith("-dirty")
