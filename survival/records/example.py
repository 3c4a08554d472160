"""One example on one machine: `results/MACHINE/EXAMPLE.json`."""

from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    model_validator,
)

from survival.errors import RecordError, known
from survival.records.fields import (
    TWO_BYTES,
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


class Timing(Model):
    """One variant at one size in one scope, with every sample; the statistics follow from them."""

    size: Count
    """The size that was timed, in the example's unit."""
    scope: Scope
    """What the clock saw: `compute`, `end_to_end` or `first_call`."""
    samples: Annotated[list[Seconds], Field(min_length=1, max_length=10_000)]
    """Seconds per call, one entry per sample, in the order measured."""
    calls_per_sample: Annotated[int, Field(ge=1)]
    """How many calls each sample is the mean of: short work is timed in batches."""
    median: Seconds
    """Median of the samples, in seconds."""
    low: Seconds
    """Lower end of the 95 % confidence interval of the median, by ranks."""
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

    @property
    def n(self) -> int:
        """The number of samples."""
        return len(self.samples)


class LeftOut(Model):
    """A size or scope that was not timed, and why."""

    size: Count
    """The size, in the example's unit."""
    scope: Scope
    """The scope that was not timed there."""
    reason: Text
    """Why: too slow for the time limit, too large for the memory, or failed."""


class Limit(Model):
    """The shortest time that the hardware allows for one size, by the ceilings in machine.json."""

    seconds: Seconds
    """The longer of bytes over bandwidth and operations over rate, in seconds."""
    bound_by: Literal["memory", "operations"]
    """Which of the two is the longer one."""
    bytes_per_second: Rate
    """The best rate measured for a working set of this size on this device."""
    operations_per_second: Rate
    """The best rate measured for this precision on this device."""


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
        """The timing at a size in a scope, or None where it was not measured.

        A variant that moves no data has one timing for `compute` and `end_to_end`: the same call.
        """
        if scope == "end_to_end" and not self.transfers:
            scope = "compute"
        return next((t for t in self.timings if (t.size, t.scope) == (size, scope)), None)

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
    """The arithmetic operations that the best known algorithm needs."""

    def bytes_in(self, precision: Precision) -> int:
        """`bytes`, for a variant of that precision: half of it where a number takes two bytes."""
        return self.bytes // 2 if precision in TWO_BYTES else self.bytes


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

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    example: Name
    """The example's name; the file is called like it."""
    machine: Slug
    """The machine's name; the folder is called like it."""
    capture: Slug
    """Which run of `capture` this belongs to: numbers of different captures are never compared."""
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

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [v.name for v in self.variants]
        if len(set(names)) != len(names):
            raise ValueError("two variants have one name")
        sizes = {s.n for s in self.sizes}
        for v in self.variants:
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
