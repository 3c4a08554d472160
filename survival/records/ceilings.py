"""What a machine can do at best, and the limit that follows for a size."""

from collections.abc import Sequence
from statistics import median
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import (
    Field,
)

from survival.errors import RecordError
from survival.records.example import Limit, Size
from survival.records.fields import (
    HALVES,
    STORED,
    Count,
    Device,
    Model,
    Precision,
    Rate,
    Seconds,
    Slug,
)

BEFORE = "before"
"""Names no run of `capture`: a try that is not of one yet, or of one that nobody noted."""


class Try(Model):
    """What one capture found a ceiling to be, in the ceiling's own unit."""

    capture: Slug = BEFORE
    """Which run of `capture` tried."""
    values: Annotated[list[Rate], Field(max_length=100)] = Field(default_factory=list)
    """One for each fresh process: the median of its samples. None where only the best is known."""
    best: Rate
    """The best single sample."""


class Reached(NamedTuple):
    """How fast something is, and between what it lay."""

    value: float
    """The median over the processes of one capture."""
    low: float
    """The slowest of these processes."""
    high: float
    """The best single sample of that capture."""


class Tried(Model):
    """A ceiling with all its tries. A time is held against those of its own capture."""

    tries: Annotated[list[Try], Field(max_length=1000)] = Field(default_factory=list)
    """By capture. None in a file of before they were kept, where only the best of all is known."""

    @property
    def best(self) -> float:
        """The best of all captures: nothing honest is faster."""
        raise NotImplementedError

    def of(self, capture: str) -> list[Try]:
        """The tries of one capture; of BEFORE, those of which only the best is known."""
        if capture == BEFORE:
            old = [t for t in self.tries if not t.values]
            return old if self.tries else [Try(best=self.best)]
        return [t for t in self.tries if t.capture == capture and t.values]

    def reached(self, capture: str) -> Reached:
        """What a capture found; of one that noted no tries, the best that was known before.

        A later capture changes neither.
        """
        tries = self.of(capture) or self.of(BEFORE) or self.tries
        values = [v for t in tries for v in t.values or [t.best]]
        return Reached(median(values), min(values), max(t.best for t in tries))


T = TypeVar("T", bound=Tried)


def fastest(rates: Sequence[T], capture: str) -> T:
    """Of several ceilings the fastest in a capture: what others tried later does not count."""
    tried = [r for r in rates if r.of(capture)] or [r for r in rates if r.of(BEFORE)] or rates
    return max(tried, key=lambda r: r.reached(capture))


class MemoryRate(Tried):
    """The bandwidth of one stream kernel on one working set."""

    device: Device
    """Whose memory."""
    kernel: Literal["copy", "add", "read"]
    """What the kernel did: one array to another, two to a third, or reading one."""
    working_set: Annotated[int, Field(ge=1, lt=2**63)]
    """Bytes of all arrays together."""
    cold: bool = False
    """Whether a GPU's L2 cache had been emptied before each sample, as before a program's."""
    bytes_per_second: Rate
    """The best rate measured in any capture."""

    @property
    def best(self) -> float:
        """The best of all captures."""
        return self.bytes_per_second


class OperationRate(Tried):
    """The rate of arithmetic in one precision: a library's matrix product, or a loop."""

    device: Device
    """Which device computed."""
    precision: Precision
    """In which precision."""
    operations_per_second: Rate
    """The best rate measured in any capture."""
    order: Annotated[int, Field(ge=1)] | None = None
    """The matrices were order x order; none for a loop of multiply-adds in registers."""

    @property
    def best(self) -> float:
        """The best of all captures."""
        return self.operations_per_second

    @property
    def kernel(self) -> Literal["matrix product", "multiply-add"]:
        """What computed."""
        return "matrix product" if self.order else "multiply-add"


class TransferRate(Tried):
    """Copying between host and GPU memory."""

    direction: Literal["to_device", "to_host"]
    """Which way."""
    host_memory: Literal["pageable", "pinned"]
    """Whether the host's memory was pinned, so that the GPU could fetch it by itself."""
    bytes: Count
    """Bytes of one copy."""
    bytes_per_second: Rate
    """The best rate measured in any capture."""

    @property
    def best(self) -> float:
        """The best of all captures."""
        return self.bytes_per_second


class Ceilings(Model):
    """What this machine can do, over all its captures; its records are held against it."""

    memory: Annotated[list[MemoryRate], Field(min_length=1, max_length=200)]
    """Bandwidth over working sets from caches to memory."""
    operations: Annotated[list[OperationRate], Field(min_length=1, max_length=100)]
    """Rate of a matrix product, by precision and order."""
    transfers: Annotated[list[TransferRate], Field(max_length=20)] = Field(default_factory=list)
    """Copies between host and GPU; none without a GPU."""
    launch_seconds: Seconds | None = None
    """From launching an empty kernel to knowing that it ended, at best."""
    launch_tries: Annotated[list[Try], Field(max_length=1000)] = Field(default_factory=list)
    """The same by capture, in seconds."""

    def launch(self, capture: str) -> Reached | None:
        """Seconds of a launch in a capture, the slowest and the best; None where none was timed."""
        if self.launch_seconds is None:
            return None
        mine = [t for t in self.launch_tries if t.capture == capture] or self.launch_tries
        values = [v for t in mine for v in t.values] or [self.launch_seconds]
        best = min([t.best for t in mine] or [self.launch_seconds])
        return Reached(median(values), max(values), best)

    def _streams(self, device: Device, working_set: int, cold_in: str = "") -> list[MemoryRate]:
        """The rates that a working set of that size is held against.

        Caches make small working sets faster, so it is held against the largest measured one that
        is not larger than it, and against all larger ones: there a library may take another way.
        A time whose clock emptied the cache is held against cold rates, if its capture, `cold_in`,
        tried them; all others, and those of before, against warm ones.
        Raises RecordError if no rate was measured on that device.
        """
        every = [r for r in self.memory if r.device == device]
        cold = [r for r in every if cold_in and r.cold and r.of(cold_in)]
        rates = cold or [r for r in every if not r.cold]
        if not rates:
            raise RecordError(f"no memory bandwidth was measured on the {device}")
        below = [r.working_set for r in rates if r.working_set <= working_set]
        floor = max(below or [0])
        return [r for r in rates if r.working_set >= floor]

    def _products(self, device: Device, precision: Precision) -> list[OperationRate]:
        """The rates of that precision; of what is only stored in it, all of the device.

        With those of float32 for a half of it: a processor without instructions for halves may
        multiply them slower. Raises RecordError if none was measured.
        """
        here = [r for r in self.operations if r.device == device]
        rates = [r for r in here if r.precision == precision or precision in STORED]
        if not rates:
            raise RecordError(f"no {precision} rate was measured on the {device}")
        wide = [r for r in here if r.precision == "float32" and precision in HALVES]
        return rates + wide

    def memory_rate(self, device: Device, working_set: int, cold_in: str = "") -> float:
        """Bytes per second that `device` reached at best, in any capture, on such a working set.

        `cold_in` is the capture of a time whose clock emptied the cache, and else empty.
        Raises RecordError if no rate was measured on that device.
        """
        return max(r.best for r in self._streams(device, working_set, cold_in))

    def operation_rate(self, device: Device, precision: Precision) -> float:
        """Operations per second that `device` reached at best, in any capture, in that precision.

        Raises RecordError if none was measured.
        """
        return max(r.best for r in self._products(device, precision))

    def stream(
        self, device: Device, working_set: int, capture: str, cold: bool = False
    ) -> MemoryRate:
        """The kernel that was the fastest in a capture, on a working set of that size or larger.

        With the cache emptied before, if `cold` and that capture tried it.
        Raises RecordError if no rate was measured on that device.
        """
        return fastest(self._streams(device, working_set, capture if cold else ""), capture)

    def product(self, device: Device, precision: Precision, capture: str) -> OperationRate:
        """What computed the fastest in a capture, in that precision.

        Raises RecordError if none was measured.
        """
        return fastest(self._products(device, precision), capture)

    def limit(
        self, size: Size, device: Device, precision: Precision, capture: str, cold: bool = False
    ) -> Limit:
        """The shortest time for a size: the longer of moving its bytes and doing its operations.

        The roofline model (Williams, Waterman & Patterson, CACM 2009), by what that capture found
        the machine to reach; with the cache emptied before, if `cold`, which is what the clock of
        the time does that is held against it. Raises RecordError if a rate that it needs was not
        measured.
        """
        moved = size.bytes_in(precision)
        stream = self.stream(device, moved, capture, cold)
        product = self.product(device, precision, capture)
        bandwidth, rate = stream.reached(capture), product.reached(capture)

        def seconds(b: float, r: float) -> float:
            return max(moved / b, size.operations / r)

        memory = moved / bandwidth.value >= size.operations / rate.value
        return Limit(
            seconds=seconds(bandwidth.value, rate.value),
            shortest=seconds(bandwidth.high, rate.high),
            longest=seconds(bandwidth.low, rate.low),
            bound_by="memory" if memory else "operations",
            kernel=stream.kernel if memory else product.kernel,
            cold=True if stream.cold and memory else None,
            bytes_per_second=bandwidth.value,
            operations_per_second=rate.value,
        )
