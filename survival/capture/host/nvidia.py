"""What NVIDIA's driver says, through NVML, of the device that CUDA calls number 0.

NVML counts GPUs by the bus. CUDA puts the fastest first, and obeys CUDA_VISIBLE_DEVICES. So the
card is asked for by its PCI address, which both know. It is no serial number, as a UUID is.
"""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from survival.errors import one_line
from survival.records import GpuUse

T = TypeVar("T")
MIG_ON = 1
"""NVML_DEVICE_MIG_ENABLE."""


def attempt(ask: Callable[..., T], *args: Any) -> T | None:
    """What NVML answers, or None: there are cards that do not tell each of the things asked.

    Each library has exceptions of its own for that.
    """
    try:
        return ask(*args)
    except Exception:
        return None


def text(value: str | bytes) -> str:
    """What NVML answers, which is bytes in some of its versions."""
    return value.decode() if isinstance(value, bytes) else value


def driver() -> tuple[str, str]:
    """The driver's version, and what NVML said where it does not answer; each may be empty.

    CUDA works without NVML too, as where the GPU is a part of the processor (Jetson).
    """
    try:
        import pynvml
    except ImportError:
        return "", ""
    try:
        pynvml.nvmlInit()
        return text(pynvml.nvmlSystemGetDriverVersion()), ""
    except Exception as e:  # each of its answers has a class of its own
        return "", one_line(str(e))[:100]


def address() -> str:
    """Where CUDA's device 0 is on the bus, such as 0000:3b:00.0. Needs CuPy and a device."""
    import cupy

    return str(cupy.cuda.runtime.deviceGetPCIBusId(0)).lower()


def handle() -> Any:
    """NVML's handle of CUDA's device 0. Raises what NVML and CuPy raise."""
    import pynvml

    pynvml.nvmlInit()
    return pynvml.nvmlDeviceGetHandleByPciBusId(address())


def is_divided(card: Any) -> bool:
    """Whether a card is divided into slices (MIG), of which a program gets one."""
    import pynvml

    now, _ = attempt(pynvml.nvmlDeviceGetMigMode, card) or (0, 0)
    return bool(now == MIG_ON)


def slices(card: Any) -> list[Any]:
    """NVML's handles of the slices (MIG) of a card; empty where it is not divided."""
    import pynvml

    count = attempt(pynvml.nvmlDeviceGetMaxMigDeviceCount, card) if is_divided(card) else 0
    found = (
        attempt(pynvml.nvmlDeviceGetMigDeviceHandleByIndex, card, i) for i in range(count or 0)
    )
    return [s for s in found if s is not None]


def use_by_others() -> GpuUse | None:
    """How other programs use the card now, while none of ours runs on it; None if nobody says."""
    card = attempt(handle)
    if card is None:
        return None
    import pynvml

    rates = attempt(pynvml.nvmlDeviceGetUtilizationRates, card)
    memory = attempt(pynvml.nvmlDeviceGetMemoryInfo, card)
    programs = attempt(pynvml.nvmlDeviceGetComputeRunningProcesses, card)
    return GpuUse(
        busy=None if rates is None else rates.gpu / 100,
        memory=memory.used / memory.total if memory and memory.total else None,
        programs=None if programs is None else sum(p.pid != os.getpid() for p in programs),
    )
