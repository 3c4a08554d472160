"""What a page may say of a machine: each fact as it is written, and as a number where it is one."""

from collections.abc import Callable
from typing import Literal

from survival import units
from survival.errors import RecordError
from survival.pages.words import digits
from survival.records import Device, Machine, Tried

Fact = tuple[str, float | str]

FACTS: dict[str, Callable[[Machine], Fact | None]] = {
    "title": lambda m: _text(m.title),
    "date": lambda m: (units.date(m.captured), m.captured.date().isoformat()),
    "system": lambda m: _text(m.system),
    "python": lambda m: _text(m.python),
    "cpu.model": lambda m: _text(m.cpu.model),
    "cpu.cores": lambda m: (str(m.cpu.cores), m.cpu.cores),
    "cpu.threads": lambda m: (str(m.cpu.threads), m.cpu.threads),
    "cpu.memory": lambda m: _bytes(m.cpu.memory_bytes),
    "cpu.l2": lambda m: _cache(m.cpu.l2_bytes),
    "cpu.l3": lambda m: _cache(m.cpu.l3_bytes),
    "cpu.memory_rate": lambda m: _memory_rate(m, "cpu"),
    "cpu.read_rate": lambda m: _read_rate(m),
    "cpu.rate": lambda m: _rate(m, "cpu"),
    "numpy.simd": lambda m: _text(m.simd.found or "none") if m.simd else None,
    "numpy.sort": lambda m: _path(m, "sort"),
    "gpu.model": lambda m: _text(m.gpu.model) if m.gpu else None,
    "gpu.kind": lambda m: _of_gpu(m, "kind"),
    "gpu.api": lambda m: _of_gpu(m, "api"),
    "gpu.multiprocessors": lambda m: _of_gpu(m, "multiprocessors"),
    "gpu.compute_capability": lambda m: _of_gpu(m, "compute_capability"),
    "gpu.memory": lambda m: _of_gpu(m, "memory_bytes"),
    "gpu.l2": lambda m: _of_gpu(m, "l2_bytes"),
    "gpu.l2_fetch": lambda m: _of_gpu(m, "l2_fetch_bytes"),
    "gpu.driver": lambda m: _of_gpu(m, "driver"),
    "gpu.cuda": lambda m: _of_gpu(m, "cuda"),
    "gpu.memory_rate": lambda m: _memory_rate(m, "gpu"),
    "gpu.rate": lambda m: _rate(m, "gpu"),
    "to_device": lambda m: _transfer(m, "to_device"),
    "to_host": lambda m: _transfer(m, "to_host"),
    "to_device.pageable": lambda m: _transfer(m, "to_device", "pageable"),
    "to_host.pageable": lambda m: _transfer(m, "to_host", "pageable"),
    "launch": lambda m: _launch(m),
}
"""By the name that a page uses. None where a fact needs a GPU and the machine has none, or where
the GPU does not tell it: what only CUDA knows, and the memory of a GPU that WebGPU reaches. None
too where a machine was captured before NumPy was asked what it takes."""


def _text(text: str) -> Fact:
    return text, text


def _bytes(n: int) -> Fact:
    return units.binary_bytes(n), n


def _cache(n: int) -> Fact:
    """Nought is how a record writes that the system does not say."""
    return _bytes(n) if n else ("an unknown size", n)


SIMD = {
    "X86_V4": "AVX-512",
    "AVX512_SKX": "AVX-512",
    "X86_V3": "AVX2",
    "none": "none of its SIMD code",
}
"""NumPy's names for what a processor has, and the usual ones."""


def _path(machine: Machine, function: str) -> Fact | None:
    """What a function of NumPy takes; None where nobody asked, or where it does not tell."""
    path = machine.simd.paths.get(function) if machine.simd else None
    return _text(SIMD.get(path, path)) if path else None


def _of_gpu(machine: Machine, field: str) -> Fact | None:
    value = getattr(machine.gpu, field) if machine.gpu else None
    if value is None:
        return None
    return _bytes(value) if field.endswith("_bytes") else (str(value), value)


def _memory_rate(machine: Machine, device: Device) -> Fact | None:
    """Of the largest working set: what memory gives where no cache helps."""
    sets = [r.working_set for r in machine.ceilings.memory if r.device == device]
    if not sets:
        return None
    return _reached(machine, machine.ceilings.stream(device, max(sets), machine.capture), "B/s")


def _read_rate(machine: Machine) -> Fact | None:
    """Of the largest working set that was only read, which may be slower than a copy."""
    rates = [r for r in machine.ceilings.memory if (r.device, r.kernel) == ("cpu", "read")]
    if not rates:
        return None
    return _reached(machine, max(rates, key=lambda r: r.working_set), "B/s")


def _rate(machine: Machine, device: Device) -> Fact | None:
    try:
        product = machine.ceilings.product(device, "float32", machine.capture)
    except RecordError:
        return None
    return _reached(machine, product, "FLOP/s")


def _reached(machine: Machine, ceiling: Tried, unit: str) -> Fact:
    """What the machine's own capture found."""
    found = ceiling.reached(machine.capture)
    return units.prefixed(found.value, unit, digits.of_ceiling(found)), found.value


def _transfer(
    machine: Machine, direction: Literal["to_device", "to_host"], host_memory: str = ""
) -> Fact | None:
    """The rate of a copy, from or to that kind of host memory or whichever is faster."""
    rates = [
        t
        for t in machine.ceilings.transfers
        if t.direction == direction and host_memory in ("", t.host_memory)
    ]
    if not rates:
        return None
    return _reached(machine, max(rates, key=lambda t: t.reached(machine.capture)), "B/s")


def _launch(machine: Machine) -> Fact | None:
    found = machine.ceilings.launch(machine.capture)
    if found is None:
        return None
    return units.seconds(found.value, digits.of_ceiling(found)), found.value
