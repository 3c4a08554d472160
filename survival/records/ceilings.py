"""What a machine can do at best, and the limit that follows for a size."""

from typing import Annotated, Literal

from pydantic import (
    Field,
)

from survival.errors import RecordError
from survival.records.example import Limit, Size
from survival.records.fields import Count, Device, Model, Precision, Rate, Seconds


class MemoryRate(Model):
    """The best bandwidth of one stream kernel on one working set."""

    device: Device
    """Whose memory."""
    kernel: Literal["copy", "add", "read"]
    """What the kernel did: one array to another, two to a third, or reading one."""
    working_set: Annotated[int, Field(ge=1, lt=2**63)]
    """Bytes of all arrays together."""
    bytes_per_second: Rate
    """The best rate measured."""


class OperationRate(Model):
    """The best rate of arithmetic in one precision: a library's matrix product, or a loop."""

    device: Device
    """Which device computed."""
    precision: Precision
    """In which precision."""
    operations_per_second: Rate
    """The best rate measured."""
    order: Annotated[int, Field(ge=1)] | None = None
    """The matrices were order x order; none where a loop of multiply-adds in registers was best."""


class TransferRate(Model):
    """Copying between host and GPU memory."""

    direction: Literal["to_device", "to_host"]
    """Which way."""
    host_memory: Literal["pageable", "pinned"]
    """Whether the host's memory was pinned, so that the GPU could fetch it by itself."""
    bytes: Count
    """Bytes of one copy."""
    bytes_per_second: Rate
    """The best rate measured."""


class Ceilings(Model):
    """What this machine can do at best, over all its captures; its records are held against it."""

    memory: Annotated[list[MemoryRate], Field(min_length=1, max_length=200)]
    """Bandwidth over working sets from caches to memory."""
    operations: Annotated[list[OperationRate], Field(min_length=1, max_length=20)]
    """Rate of a matrix product, by precision."""
    transfers: Annotated[list[TransferRate], Field(max_length=20)] = Field(default_factory=list)
    """Copies between host and GPU; none without a GPU."""
    launch_seconds: Seconds | None = None
    """From launching an empty kernel to knowing that it ended."""

    def memory_rate(self, device: Device, working_set: int) -> float:
        """Bytes per second that `device` reached at best on a working set of that size or larger.

        Caches make small working sets faster, so a working set is held against the largest measured
        one that is not larger than it, or the best of any larger one (which can only be noise).
        Raises RecordError if no rate was measured on that device.
        """
        rates = sorted(
            (r.working_set, r.bytes_per_second) for r in self.memory if r.device == device
        )
        if not rates:
            raise RecordError(f"no memory bandwidth was measured on the {device}")
        floor = max((w for w, _ in rates if w <= working_set), default=rates[0][0])
        return max(rate for w, rate in rates if w >= floor)

    def operation_rate(self, device: Device, precision: Precision) -> float:
        """Operations per second that `device` reached at best in that precision.

        Raises RecordError if none was measured.
        """
        rates = [
            r.operations_per_second
            for r in self.operations
            if (r.device, r.precision) == (device, precision)
        ]
        if not rates:
            raise RecordError(f"no {precision} rate was measured on the {device}")
        return max(rates)

    def limit(self, size: Size, device: Device, precision: Precision) -> Limit:
        """The shortest time for a size: the longer of moving its bytes and doing its operations.

        The roofline model (Williams, Waterman & Patterson, CACM 2009). Raises RecordError if a
        rate that it needs was not measured.
        """
        moved = size.bytes_in(precision)
        bandwidth = self.memory_rate(device, moved)
        rate = self.operation_rate(device, precision)
        moving, computing = moved / bandwidth, size.operations / rate
        return Limit(
            seconds=max(moving, computing),
            bound_by="memory" if moving >= computing else "operations",
            bytes_per_second=bandwidth,
            operations_per_second=rate,
        )
