"""Describes this machine: hardware and driver, nothing that names a person or a host."""

import math
import os
import platform
import re
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import psutil
from cpuinfo import get_cpu_info

from survival.capture.host import container, nvidia, processor
from survival.errors import one_line
from survival.records import Cpu, Gpu


@cache  # py-cpuinfo starts processes of its own, and a plan asks once per example
def cpu() -> Cpu:
    """The processor and the memory that this process may use."""
    info = get_cpu_info()
    share = _quota()
    threads = min(usable_threads(), max(1, math.ceil(min(share, 2**20))))
    cores = min(psutil.cpu_count(logical=False) or threads, threads)
    return Cpu(
        model=tidy(processor.name(info.get("brand_raw") or "")),
        architecture=platform.machine(),
        cores=cores,
        threads=threads,
        quota=share if share < usable_threads() else None,
        virtual=processor.is_virtual(info.get("flags", [])),
        l2_bytes=_cache(2, info),
        l3_bytes=_cache(3, info),
        memory_bytes=container.memory_bytes(),
    )


def _cache(level: int, info: dict[str, Any]) -> int:
    """From the system; on macOS from py-cpuinfo, which elsewhere takes one cache for another."""
    if platform.system() == "Linux":
        return processor.cache_bytes(level, _usable())
    return _bytes(info.get(f"l{level}_cache_size"))


def gpu() -> Gpu | str:
    """The first CUDA device, or one line that says why there is none to measure.

    All that is said of the device is asked of CUDA, by the number that programs use; NVML is asked
    for the driver, and for the card at CUDA's address. Without CuPy no GPU variant could be
    synchronised either.
    """
    cupys = sorted(
        {d.name for d in distributions() if re.fullmatch(r"cupy(-cuda\d+x|-rocm.*)?", d.name or "")}
    )
    if not cupys:
        return "measuring on a GPU needs CuPy, which is not installed (requirements-gpu.txt has it)"
    if len(cupys) > 1:
        return f"{len(cupys)} CuPy packages are installed ({', '.join(cupys)}); keep only one"
    driver, fault = nvidia.driver()
    try:
        import cupy

        properties = cupy.cuda.runtime.getDeviceProperties(0)
        cuda = cupy.cuda.runtime.driverGetVersion()
    except Exception as e:
        # Each library has exceptions of its own for "no driver" and "no device"; to the caller they
        # are one fact, and the message says which.
        said = f"{one_line(str(e))[:200]}; NVML says: {fault}" if fault else one_line(str(e))[:200]
        return f"no CUDA device answers ({said})"
    model = tidy(nvidia.text(properties["name"]))
    named = re.search(r"\bMIG (\S+)$", model)
    part = named[1] if named else None
    if part is None and nvidia.is_divided(nvidia.card()):
        model, part = f"{model} MIG", "of unknown size"
    return Gpu(
        model=model,
        kind="integrated" if properties.get("integrated") else "discrete",
        compute_capability=f"{properties['major']}.{properties['minor']}",
        multiprocessors=properties["multiProcessorCount"],
        memory_bytes=properties["totalGlobalMem"],
        l2_bytes=properties["l2CacheSize"],
        l2_fetch_bytes=nvidia.l2_fetch_bytes(),
        driver=driver,
        pci_address=nvidia.address(),
        slice=part,
        cuda=f"{cuda // 1000}.{cuda % 1000 // 10}",
    )


def slug(cpu: Cpu, gpu: Gpu | None) -> str:
    """The name of this kind of machine in results/: the GPU if there is one, else the processor."""
    part = " part" if cpu.quota else ""  # its pauses are no other machine's
    words = gpu.model if gpu else f"{cpu.model} {cpu.cores} cores{part}"
    virtual = " virtual" if cpu.virtual and not gpu else ""
    plain = re.sub(r"[^a-z0-9]+", "-", (words + virtual).lower()).strip("-")
    return plain[:80].strip("-") or "gpu"  # a name may have no letter that a folder's may have


def system() -> str:
    """Operating system and kernel, without the host's name and what a builder added to it."""
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    number = re.match(r"[\d.]+", platform.release())
    return f"{platform.system()} {number[0] if number else ''}".strip()


def free_bytes(device: str) -> int:
    """Memory that is free now on the "cpu" or the "gpu"; the latter needs CuPy and a device."""
    if device == "cpu":
        return container.free_bytes()
    import cupy

    return int(cupy.cuda.runtime.memGetInfo()[0])


@dataclass(frozen=True)
class Usage:
    """Processor time up to one moment, in seconds."""

    wall: float
    """That moment, on a clock of its own."""
    all: float
    """What everything on the processors that this process may use has taken since they started.

    Including what other virtual machines took on the same hardware, where the system knows.
    """
    own: float
    """What this process has taken, and those that it has started."""


TICKS = 0.25
"""Seconds below which the system's ticks, hundredths of a second, are too coarse to tell."""


def usage() -> Usage:
    """Processor time up to now; what others took is not a number where the system cannot say."""
    try:
        times = psutil.cpu_times(percpu=True)
        own = time.process_time() + _started()
    except Exception:  # of any kind (giampaolo/psutil#1971): a timing is good without it
        return Usage(time.perf_counter(), math.nan, time.process_time())
    # A guest's time is in user's too.
    idle = ("idle", "iowait", "guest", "guest_nice")
    usable = set(_usable())
    taken = sum(
        sum(t) - sum(getattr(t, name, 0.0) for name in idle)
        for cpu, t in zip(_numbers(len(times)), times, strict=False)
        if cpu in usable
    )
    return Usage(time.perf_counter(), taken, own)


def _started() -> float:
    """Seconds that processes have taken which this one has started, and which run: its helpers."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            used = process.cpu_times()
            total += used.user + used.system
    return total


def _numbers(count: int, stat: Path = Path("/proc/stat")) -> Sequence[int]:
    """The numbers of the processors that the system lists, some of which may be offline."""
    with suppress(OSError):
        lines = stat.read_text(encoding="utf-8").splitlines()
        return [int(m[1]) for line in lines if (m := re.match(r"cpu(\d+) ", line))]
    return range(count)


def others(since: Usage, now: Usage) -> float | None:
    """Share of the usable processors that other programs took between two moments, 0 to 1.

    None if the moments are too close to tell, and in a container that may use a part of the time of
    all processors: what others do on them does not disturb it.
    """
    wall = now.wall - since.wall
    if wall < TICKS or _quota() < usable_threads():
        return None
    taken = (now.all - since.all) - (now.own - since.own)
    if math.isnan(taken) or now.all == 0:  # a sandbox may say that nothing ran (google/gvisor#9967)
        return None
    return min(1.0, max(0.0, taken / (wall * usable_threads())))


def _quota() -> float:
    """How many processors' time the container may use; infinite without such a bound."""
    return container.quota()


def _usable() -> Collection[int]:
    """The hardware threads that this process may use, by the system's numbers."""
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)


def usable_threads() -> int:
    """How many hardware threads this process may use."""
    return len(_usable())


def tidy(name: str) -> str:
    """Drop trade marks and double spaces: "Intel(R) Xeon(R) CPU" becomes "Intel Xeon CPU"."""
    return " ".join(re.sub(r"\((R|TM|C)\)", " ", name, flags=re.IGNORECASE).split())


def _bytes(value: Any) -> int:
    """py-cpuinfo gives a number of bytes, or text such as "4 MiB", or nothing."""
    if isinstance(value, int):
        return value
    match = re.match(r"([\d.]+)\s*([KMG]?)i?B", str(value or ""))
    return int(float(match[1]) * 1024 ** " KMG".index(match[2] or " ")) if match else 0


STEP, MOST_STEPS = 0.005, 100
"""Seconds of sleep at a time, and how often: half a second at most."""


def settle() -> None:
    """Wait until this process computes nothing any more, for half a second at most.

    After a call, threads of a library wait busily for the next one. OpenBLAS's do so for some
    30 ms: they checked a program's answer, and then took turns on the cores with the program that
    was timed.
    """
    for _ in range(MOST_STEPS):
        before = time.process_time()
        time.sleep(STEP)
        if time.process_time() - before < STEP / 4:
            return
