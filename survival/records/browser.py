"""What a reader's browser measured, as the page's "Copy the numbers" gives it.

It is of no machine that we know, enters no comparison, and may have been written by anybody.
"""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from survival.records.fields import Count, Model, Name, Seconds, Text

BROWSER = "browser"
"""The folder of results/ with such records, which are of no machine."""

Share = Annotated[float, Field(ge=0, lt=1e6, allow_inf_nan=False)]
Took = Annotated[float, Field(ge=0, lt=1e6, allow_inf_nan=False)]
Words = Annotated[list[Text], Field(max_length=10)]


class Spread(Model):
    """The time of one run, over several rounds."""

    median: Seconds
    """Median over the rounds, in seconds."""
    low: Seconds
    """The shortest round, in seconds."""
    high: Seconds
    """The longest round, in seconds."""
    rounds: Annotated[int, Field(ge=1, le=10_000)]
    """How many rounds there were."""
    batch: Annotated[int, Field(ge=1, lt=2**31)]
    """How many runs a round is the mean of; of compute, half of the rounds have twice as many."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.median <= self.high:
            raise ValueError(
                f"a median of {self.median:.3g} s does not lie between {self.low:.3g} s and "
                f"{self.high:.3g} s"
            )
        return self


class Batches(Spread):
    """The time of one run, from batches that were checked with twice as many."""

    linear: Share
    """What a run took in the larger batches, over what it took in the smaller; 1 is right."""


class Workers(Batches):
    """What the CPU took, by WebAssembly SIMD in workers without shared memory."""

    workers: Annotated[int, Field(ge=1, le=4096)]
    """As many as the browser says that there are cores."""
    error: Share
    """How far its result was from the reference, by the example's measure."""
    noisy: Words
    """Why the time is marked; empty if it is not."""


class Cold(Model):
    """What an example's first run took besides, which is in no other time."""

    compile: Took
    """Making the pipelines, in seconds."""
    run: Took
    """The first whole way, in seconds."""


class Point(Model):
    """One example at one size."""

    n: Annotated[int, Field(ge=1, lt=2**62)]
    """The size, in the example's unit."""
    label: Text
    """The size as a page shows it."""
    bytes: Count
    """Bytes that must move, by the example's own count; 0 where nobody has counted."""
    operations: Count
    """Operations that must be done, likewise."""
    error: Share
    """How far the result was from the reference, by the example's measure."""
    noisy: Words
    """Why the times are marked; empty if they are not."""
    stamps: Share | None = None
    """What the device's own timestamps say of a batch, over what the browser's clock says."""
    compute: Batches
    """The data on the GPU, its caches warm."""
    end_to_end: Spread
    """New buffers, the data there, one run, the result back."""
    cpu: Workers | None = None
    """The CPU beside it, the data in place."""
    first: Cold | None = None
    """Of the example's first point only."""


class Skipped(Model):
    """A size that was not measured."""

    n: Annotated[int, Field(ge=1, lt=2**62)]
    """The size, in the example's unit."""
    label: Text
    """The size as a page shows it."""
    why: Text
    """Why not."""


class BrowsersClock(Model):
    """What the browser's clock can tell."""

    step: Seconds
    """The smallest step that it makes, in seconds."""
    empty: Seconds
    """What a submission without work takes, in seconds."""
    witness: bool
    """Whether the device has timestamps of its own."""


class Measured(Model):
    """One example in one browser."""

    title: Text
    """What a page calls the example."""
    unit: Text
    """Of its sizes."""
    name: Text
    """The adapter, as far as the browser names it."""
    software: bool
    """Whether it is a program that plays a GPU on the CPU: no evidence of one."""
    clock: BrowsersClock
    """What the clock could tell."""
    date: Text
    """The day."""
    points: Annotated[list[Point], Field(min_length=1, max_length=100)]
    """By size."""
    skipped: Annotated[list[Skipped], Field(max_length=100)]
    """Sizes that were left out."""
    nocpu: Text = ""
    """Why the CPU is not beside it, where it should be."""


class Browser(Model):
    """A file of results/browser, and what a page's button copies."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    measured_in: Literal["a browser"]
    """What tells it from the record of a machine."""
    browser: Text
    """What the browser says that it is."""
    captured: AwareDatetime
    """When it was copied, with the time zone."""
    timer: Text
    """How it was timed."""
    examples: Annotated[dict[Name, Measured], Field(min_length=1, max_length=50)]
    """By name."""
