"""What NVIDIA's driver says, through NVML, of the device that CUDA calls number 0.

NVML counts GPUs by the bus. CUDA puts the fastest first, and obeys CUDA_VISIBLE_DEVICES. So the
card is asked for by its PCI address, which both know. It is no serial number, as a UUID is.
"""

import os
import re
import shutil
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from survival import system
from survival.errors import one_line
from survival.records import GpuUse

MIG_ON = 1
"""NVML_DEVICE_MIG_ENABLE."""
L2_FETCH_GRANULARITY = 5
"""cudaLimitMaxL2FetchGranularity."""


def ask(name: str, *args: Any) -> Any:
    """What a function of NVML answers, or None: there are cards, and versions, without some.

    Each of its answers that is none has a class of its own.
    """
    try:
        import pynvml

        return getattr(pynvml, name)(*args)
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


def address() -> str | None:
    """Where CUDA's device 0 is on the bus, such as 0000:3b:00.0; None without CuPy or a device."""
    try:
        import cupy

        return str(cupy.cuda.runtime.deviceGetPCIBusId(0)).lower()
    except Exception:  # of CuPy's own, for whatever CUDA says
        return None


def l2_fetch_bytes() -> int | None:
    """Bytes that the L2 cache of CUDA's device 0 fetches at most; None where CUDA does not say."""
    try:
        import cupy

        return int(cupy.cuda.runtime.deviceGetLimit(L2_FETCH_GRANULARITY))
    except Exception:  # of CuPy's own, for whatever CUDA says
        return None


def card() -> Any:
    """NVML's handle of CUDA's device 0; None where either does not answer."""
    driver()  # which makes NVML ready
    where = address()
    return ask("nvmlDeviceGetHandleByPciBusId", where) if where else None


def is_divided(handle: Any) -> bool:
    """Whether a card is divided into slices (MIG), of which a program gets one."""
    now, _ = ask("nvmlDeviceGetMigMode", handle) or (0, 0)
    return bool(now == MIG_ON)


def slices(handle: Any) -> list[Any]:
    """NVML's handles of the slices (MIG) of a card; empty where it is not divided."""
    count = ask("nvmlDeviceGetMaxMigDeviceCount", handle) if is_divided(handle) else 0
    found = (ask("nvmlDeviceGetMigDeviceHandleByIndex", handle, i) for i in range(count or 0))
    return [s for s in found if s is not None]


COMPILERS = (
    *("nvidia-cuda-nvrtc", "nvidia-cuda-nvrtc-cu12", "nvidia-cuda-nvcc", "nvidia-cuda-nvcc-cu12"),
    *("nvidia-nvjitlink", "nvidia-nvjitlink-cu12"),
)
"""Packages with what compiles at run time: NVRTC for CUDA C, NVVM for Numba, and what links.

Those that end in cu12 are of CUDA 12, and the others of 13: PyTorch may bring the one, and CuPy
load the other."""


def compilers() -> dict[str, str]:
    """Versions of what makes machine code for the GPU while a program runs, as they say themselves.

    Each library loads a compiler of its own: CuPy an NVRTC, PyCUDA the nvcc that it finds on PATH.
    """
    found = {}
    for package in COMPILERS:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    try:
        from cupy.cuda import nvrtc

        found["cupy-nvrtc"] = ".".join(map(str, nvrtc.getVersion()))
    except Exception as e:  # of the loader, or of CuPy: no kernel of its programs will compile
        found["cupy-nvrtc"] = f"none: {one_line(str(e))}"[:100]
    if nvcc := shutil.which("nvcc"):
        said = re.search(r"\bV(\d+(?:\.\d+)+)", system.run([nvcc, "--version"], timeout=20).stdout)
        found["pycuda-nvcc"] = said[1] if said else "unknown"
    return found


def use_by_others() -> GpuUse | None:
    """How other programs use the card now, while none of ours runs on it; None if nobody says."""
    handle = card()
    if handle is None:
        return None
    rates = ask("nvmlDeviceGetUtilizationRates", handle)
    memory = ask("nvmlDeviceGetMemoryInfo", handle)
    programs = ask("nvmlDeviceGetComputeRunningProcesses", handle)
    return GpuUse(
        busy=None if rates is None else rates.gpu / 100,
        memory=memory.used / memory.total if memory and memory.total else None,
        programs=None if programs is None else sum(p.pid != os.getpid() for p in programs),
    )
