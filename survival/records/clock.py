"""The timers of one machine held against each other: `results/MACHINE/clock.json`."""

from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    Field,
    model_validator,
)

from survival.records.fields import Count, Device, Hash, Model, Name, Seconds, Slug, Text

CLOCK_FILE = "clock.json"


class Reading(Model):
    """What one timer said of one task."""

    timer: Name
    """pyperf, timeit, cuda_bench, triton, cupyx, wgpu_batch or wgpu_timestamps; of a launch, until
    it returns or finishes.

    cupyx_cpu is what CuPy's benchmark calls cpu_times: it, too, ends when the call returns.
    """
    settings: Text
    """The library, its version and how it was set."""
    samples: Annotated[list[Seconds], Field(min_length=1, max_length=10_000)]
    """Seconds per call, one entry per sample."""
    calls_per_sample: Annotated[int, Field(ge=1, lt=2**31)]
    """How many calls each sample is the mean of."""
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


class ClockTask(Model):
    """Something whose time is known, or must be the same by every timer."""

    name: Name
    """What the task is called."""
    device: Device
    """Where it runs."""
    kind: Literal["sleep", "spin", "copy", "kernel", "launch", "launched_copy"]
    """Launches are timed rightly and wrongly, to show the difference; no rule compares the two."""
    label: Text
    """How a page writes it."""
    known_seconds: Seconds | None = None
    """How long it takes at least, where that is known."""
    bytes: Count = 0
    """How many bytes a copy or a kernel reads and writes; 0 where that says nothing."""
    readings: Annotated[list[Reading], Field(max_length=10)]
    """One per timer that timed it."""
    unusable: Annotated[dict[Name, Text], Field(max_length=10)] = Field(default_factory=dict)
    """Timers that could not time it, and why."""


class Clock(Model):
    """The timers of one machine held against each other: `results/MACHINE/clock.json`."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    machine: Slug
    """The machine's name; the folder is called like it."""
    captured: AwareDatetime
    """When it was captured, with the time zone."""
    source_hash: Hash
    """Of the syntax trees of the check and of the adapters that it checks."""
    libraries: Annotated[dict[Text, Text], Field(max_length=40)]
    """Version of Python and of every library used, by name."""
    tasks: Annotated[list[ClockTask], Field(min_length=1, max_length=50)]
    """What was timed."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [t.name for t in self.tasks]
        if len(set(names)) != len(names):
            raise ValueError("two tasks have one name")
        for t in self.tasks:
            timers = [r.timer for r in t.readings]
            if len(set(timers)) != len(timers):
                raise ValueError(f"task '{t.name}' was timed twice by one timer")
        return self

    @property
    def path(self) -> str:
        """Where a published one lies, seen from the repository."""
        return f"results/{self.machine}/{CLOCK_FILE}"
