"""Two captures of one machine, timing by timing: `results/MACHINE/repeats.json`."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from survival.records.fields import Count, Model, Name, Scope, Seconds, Slug, Text

REPEATS_FILE = "repeats.json"

Ends = tuple[Seconds, Seconds, Seconds]
"""Lower end of a 95 % interval, median and upper end, in seconds."""


class Repeated(Model):
    """One timing that two captures of the same source have."""

    example: Name
    """The example's name."""
    variant: Name
    """The variant's name."""
    size: Count
    """The size, in the example's unit."""
    scope: Scope
    """What the clock saw."""
    before: Ends
    """What the first capture said: interval and median over its processes."""
    after: Ends
    """What the second said."""
    one_before: Ends
    """What the first would have said by one of its processes alone: the ranks of its samples."""
    one_after: Ends
    """What the second would have said so."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for ends in (self.before, self.after, self.one_before, self.one_after):
            if not ends[0] <= ends[1] <= ends[2]:
                raise ValueError("a median lies outside its interval")
        return self

    def ends(self, alone: bool) -> tuple[Ends, Ends]:
        """Both captures: by one process alone, or by all of them."""
        return (self.one_before, self.one_after) if alone else (self.before, self.after)

    def overlap(self, alone: bool) -> bool:
        """Whether the two intervals overlap."""
        a, b = self.ends(alone)
        return a[0] <= b[2] and b[0] <= a[2]


class Repeats(Model):
    """Two captures of one machine, as far as both timed the same source in several processes."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    machine: Slug
    """The machine's name; the folder is called like it."""
    before: AwareDatetime
    """When the first capture ended."""
    after: AwareDatetime
    """When the second did."""
    captures: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=200)]
    """The runs of `capture` that were held against each other."""
    timings: Annotated[list[Repeated], Field(min_length=1, max_length=10_000)]
    """All that both have."""
    claims: Annotated[list[Text], Field(max_length=2000)] = Field(default_factory=list)
    """What the pages claimed then and both captures support, as "EXAMPLE: CLAIM"."""

    @property
    def path(self) -> str:
        """Where a published one lies, seen from the repository."""
        return f"results/{self.machine}/{REPEATS_FILE}"

    def overlaps(self, alone: bool) -> int:
        """How many timings have intervals that overlap."""
        return sum(t.overlap(alone) for t in self.timings)
