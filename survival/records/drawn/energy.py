"""What programs of one machine draw, by its counters: `results/MACHINE/energy.json`."""

import statistics
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from survival.records.fields import Count, Device, Hash, Model, Name, Seconds, Slug, Text

ENERGY_FILE = "energy.json"
Joules = Annotated[float, Field(gt=0, lt=1e9, allow_inf_nan=False)]
Watts = Annotated[float, Field(gt=0, lt=1e6, allow_inf_nan=False)]


class Window(Model):
    """What a counter rose by, while a program ran again and again, or nothing did."""

    seconds: Seconds
    """How long the window was."""
    joules: Joules
    """By how much the counter rose."""
    calls: Count
    """How often the program ran in it; 0 where nothing did."""

    @property
    def watts(self) -> float:
        """The power in it."""
        return self.joules / self.seconds


class Drawn(Model):
    """One program at one size, its data in place."""

    example: Name
    """The example."""
    variant: Name
    """The program."""
    size: Annotated[int, Field(ge=1, lt=2**63)]
    """The size, as in the example's record."""
    source_hash: Hash
    """Of the syntax trees of the program and its problem."""
    windows: Annotated[list[Window], Field(min_length=1, max_length=1000)]
    """One after the other."""

    @property
    def watts(self) -> float:
        """The median power, in watts."""
        return statistics.median(w.watts for w in self.windows)

    @property
    def joules(self) -> float:
        """The median energy of a call, in joules: all that the counter counts, idle included."""
        return statistics.median(w.joules / max(1, w.calls) for w in self.windows)


class Counter(Model):
    """A counter of energy, what it says when nothing runs, and what of programs."""

    device: Device
    """Of what."""
    scope: Literal["board", "package"]
    """A GPU's board with its memory, or the processor's packages: no fans, no power supply."""
    source: Text
    """Where it was read."""
    limit_watts: Watts
    """The most that the device may draw: no window can hold more."""
    idle: Annotated[list[Window], Field(max_length=1000)]
    """When nothing of ours ran."""
    drawn: Annotated[list[Drawn], Field(max_length=1000)]
    """What programs drew."""

    @property
    def idle_watts(self) -> float:
        """The median power when nothing of ours ran, in watts."""
        return statistics.median(w.watts for w in self.idle)


class Energy(Model):
    """What programs of one machine draw, or why that cannot be measured there."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    machine: Slug
    """The machine's name; the folder is called like it."""
    captured: AwareDatetime
    """When it was captured, with the time zone."""
    counters: Annotated[list[Counter], Field(max_length=2)]
    """Those that are there."""
    missing: Annotated[dict[Device, Text], Field(max_length=2)]
    """Why there is none of the others."""

    @model_validator(mode="after")
    def _each_device_once(self) -> Self:
        told = sorted([*(c.device for c in self.counters), *self.missing])
        if told != ["cpu", "gpu"]:
            raise ValueError("each device has a counter, or a reason why not")
        return self
