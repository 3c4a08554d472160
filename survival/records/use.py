"""What other programs did on the GPU when a record was made."""

from typing import Annotated

from pydantic import Field

from survival.records.fields import Count, Model

Part = Annotated[float, Field(ge=0, le=1)]
BUSY, TAKEN = 0.1, 0.5
"""Shares of a GPU's time and memory above which somebody else is at work on it."""


class GpuUse(Model):
    """How others used the GPU just before an example's programs began; by NVML."""

    busy: Part | None = None
    """Share of the last moment in which something ran on it; null where NVML does not say."""
    memory: Part | None = None
    """Share of its memory that was taken."""
    programs: Count | None = None
    """How many other programs had opened it for computing."""

    @property
    def says(self) -> str:
        """That others are at work there, in words; empty if they are not."""
        if (self.busy or 0) <= BUSY and (self.memory or 0) <= TAKEN:
            return ""
        said = [f"{self.busy:.0%} busy".replace("%", " %")] if self.busy is not None else []
        if self.memory is not None:
            said.append(f"{self.memory:.0%} of its memory taken".replace("%", " %"))
        if self.programs:
            said.append(f"{self.programs} other program{'s' * (self.programs > 1)} on it")
        return ", ".join(said)
