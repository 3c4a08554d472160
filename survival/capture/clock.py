"""Checks this machine's clocks: known lengths, known bytes, and the same kernels by every timer.

Run as `python -m survival.clock` by capture, in a process of its own; prints JSON. A wrong timer
shows here before it shows in a result: by a sleep that ends early, a copy faster than memory, or
two timers that do not agree. What a wrong timer looks like is measured too, on purpose: work whose
call returns before it is done, timed until the one and until the other.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from survival import catalog, system
from survival.capture import machine, timers
from survival.capture.timers import Budget, Call, Samples
from survival.records import SCHEMA_VERSION
from survival.stats import summary

SLEEPS = (1e-3, 1e-2, 1e-1)
SPINS = (1e-4, 1e-3, 1e-2)
"""Seconds."""
# A large L3 cache holds both. The judge holds the copy against the best rate of a working set of
# that size, so of the same cache; but all cores reached that rate, and this copy uses one.
COPY_BYTES = 2**26
"""Of each of the two arrays that a CPU copies between: larger than most caches."""
LAUNCHED_BYTES = tuple(2**p for p in range(20, 29, 2))
"""1 to 256 MiB in each of the two arrays of a copy that is begun here and done elsewhere."""
LAUNCHES = 30
"""How often each of them is begun."""
GPU_ELEMENTS = LAUNCHED_BYTES[-1] // 4
"""float32 per array on a GPU: 256 MiB, so that no L2 cache holds what a timer does not clear."""
NAMES = ("empty", "copy", "saxpy", "loop", "strided")
SIDE = 8192
"""The strided copy sees the same elements as a square matrix."""
BUDGET = Budget(target=0.05, limit=5.0)
ROUNDS = 2
"""Every timer has this many turns, so that a machine that slows down meanwhile slows all alike."""

CHECKED = ("clock.py", "timers.py", "webgpu/batch.py", "webgpu/clocks.py")
"""The check, and the adapters that it checks."""

KERNELS = r"""
extern "C" __global__ void empty() {}
extern "C" __global__ void copy(const float* a, float* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = a[i];
}
extern "C" __global__ void saxpy(const float* a, float* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) out[i] = 0.5f * a[i] + out[i];
}
extern "C" __global__ void loop(const float* a, float* out, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float x = a[i % n];
    for (int k = 0; k < 4096; ++k) x = fmaf(x, 0.999f, 0.001f);
    out[i % n] = x;
}
extern "C" __global__ void strided(const float* a, float* out, int side) {
    int x = blockIdx.x * blockDim.x + threadIdx.x;
    int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x < side && y < side) out[x * side + y] = a[y * side + x];
}
"""


def source_hashes() -> tuple[str, str]:
    """Over the syntax trees of this check and of the adapters it checks: today's, and the old one.

    Sixteen hex digits each, as `catalog.hashed` makes them.
    """
    here = Path(__file__).parent
    return catalog.hashed([(system.text(here / n), here / n) for n in CHECKED], str(SCHEMA_VERSION))


def source_hash() -> str:
    """What a check that is made today is recorded with."""
    return source_hashes()[0]


def spin(seconds: float) -> None:
    """Keep the processor busy until at least that many seconds have passed."""
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop:
        pass


def cpu() -> Iterator[dict[str, Any]]:
    """Sleeps, spins and a copy, by pyperf and by timeit; and work that another thread does.

    The largest copy needs 512 MiB of memory.
    """
    for kind, lengths, wait in (("sleep", SLEEPS, time.sleep), ("spin", SPINS, spin)):
        for seconds in lengths:
            yield _on_host(
                f"{kind}_{_length(seconds).replace(' ', '').replace('µ', 'u')}",
                kind,
                f"{kind}, {_length(seconds)}",
                partial(wait, seconds),
                known_seconds=seconds,
            )
    block = np.random.default_rng(1).random(2**20, dtype=np.float32)
    every = np.resize(block, LAUNCHED_BYTES[-1] // 4)
    copied = np.ones_like(every)
    a, out = every[: COPY_BYTES // 4], copied[: COPY_BYTES // 4]
    mib = COPY_BYTES >> 20
    label = f"copy of {mib} MiB to {mib} MiB"
    yield _on_host("copy", "copy", label, lambda: np.copyto(out, a), bytes=2 * a.nbytes)
    with ThreadPoolExecutor(1) as pool:
        yield launched(
            "other_thread",
            "cpu",
            "a sleep of 10 ms, begun on another thread",
            lambda: pool.submit(time.sleep, 1e-2),
            Future.result,
            known_seconds=1e-2,
        )
        for size in LAUNCHED_BYTES:
            part = slice(size // 4)
            yield launched(
                f"other_thread_copy_{size >> 20}_mib",
                "cpu",
                f"{size >> 20} MiB, copied by another thread",
                # copyto lets go of Python's lock, so that the copy runs beside the caller.
                partial(pool.submit, np.copyto, copied[part], every[part]),
                Future.result,
                kind="launched_copy",
                bytes=2 * size,
            )


def gpu() -> Iterator[dict[str, Any]]:
    """Five kernels by each GPU timer, a launch, and launched copies. Needs CuPy and a device."""
    import cupy as cp

    module = cp.RawModule(code=KERNELS)
    kernel = {name: module.get_function(name) for name in NAMES}
    n = GPU_ELEMENTS
    a = cp.asarray(np.resize(np.random.default_rng(1).random(2**20, dtype=np.float32), n))
    out = cp.ones_like(a)
    blocks, size = ((n + 255) // 256,), np.int32(n)
    many, tile = 2**20, SIDE // 16
    calls: dict[str, tuple[str, int, Call]] = {
        "empty": ("empty kernel", 0, lambda: kernel["empty"]((1,), (1,), ())),
        "copy": ("copy", 8 * n, lambda: kernel["copy"](blocks, (256,), (a, out, size))),
        "saxpy": ("saxpy", 12 * n, lambda: kernel["saxpy"](blocks, (256,), (a, out, size))),
        "loop": (
            "4,096 multiply-adds per thread",
            0,
            lambda: kernel["loop"]((many // 256,), (256,), (a, out, size)),
        ),
        "strided": (
            "strided copy (a naive transpose)",
            8 * SIDE * SIDE,
            lambda: kernel["strided"]((tile, tile), (16, 16), (a, out, np.int32(SIDE))),
        ),
    }

    def synchronize() -> None:
        cp.cuda.runtime.deviceSynchronize()

    for name, (label, moved, launch) in calls.items():
        by = {
            timer: partial(timers.gpu_by, timer, launch, synchronize, BUDGET)
            for timer in timers.GPU_TIMERS
        }
        yield timed(f"gpu_{name}", "gpu", "kernel", label, by, bytes=moved)
    yield launched(
        "gpu_launch",
        "gpu",
        "the strided copy, launched",
        calls["strided"][2],
        lambda _: synchronize(),
    )
    for size in LAUNCHED_BYTES:
        elements = size // 4
        grid = ((elements + 255) // 256,)
        launch = partial(kernel["copy"], grid, (256,), (a, out, np.int32(elements)))
        task = launched(
            f"gpu_launched_copy_{size >> 20}_mib",
            "gpu",
            f"{size >> 20} MiB, copied by a kernel",
            launch,
            lambda _: synchronize(),
            kind="launched_copy",
            bytes=2 * size,
        )
        try:
            task["readings"] += _by_cupyx(launch)
        except Exception as e:  # as for every timer: the others are shown all the same
            task["unusable"] = {"cupyx": _why(e)}
        yield task


def _by_cupyx(launch: Call) -> list[dict[str, Any]]:
    """Both times that CuPy's benchmark gives: until the call returned, and on the device."""
    import cupy
    from cupyx.profiler import benchmark

    seen = benchmark(launch, n_repeat=LAUNCHES, n_warmup=2, name="launch")
    settings = f"cupyx.profiler.benchmark {cupy.__version__}"
    return [
        reading("cupyx_cpu", [Samples(tuple(seen.cpu_times), 1, f"{settings}: cpu_times")]),
        reading("cupyx", [Samples(tuple(seen.gpu_times[0]), 1, f"{settings}: gpu_times")]),
    ]


def _on_host(name: str, kind: str, label: str, call: Call, **known: Any) -> dict[str, Any]:
    by = {
        "pyperf": lambda: timers.host(call, BUDGET),
        "timeit": lambda: timers.by_timeit(call, BUDGET),
    }
    return timed(name, "cpu", kind, label, by, **known)


def timed(
    name: str,
    device: str,
    kind: str,
    label: str,
    by: Mapping[str, Callable[[], Samples]],
    **known: Any,
) -> dict[str, Any]:
    """The fields of a records.ClockTask: every timer in turns, and why one could not."""
    seen: dict[str, list[Samples]] = {timer: [] for timer in by}
    unusable: dict[str, str] = {}
    for _ in range(ROUNDS):
        for timer, measure in by.items():
            if timer in unusable:
                continue
            try:
                seen[timer].append(measure())
            except Exception as e:  # each library raises its own; the others are still compared
                unusable[timer] = _why(e)
    readings = [
        reading(timer, turns) for timer, turns in seen.items() if turns and timer not in unusable
    ]
    return {
        "name": name,
        "device": device,
        "kind": kind,
        "label": label,
        "readings": readings,
        "unusable": unusable,
        **known,
    }


def launched(
    name: str,
    device: str,
    label: str,
    launch: Callable[[], Any],
    finish: Callable[[Any], object],
    *,
    kind: str = "launch",
    **known: Any,
) -> dict[str, Any]:
    """Work that goes on after the call that began it has returned, by a right and a wrong clock."""
    finish(launch())
    returned, finished = [], []
    for _ in range(LAUNCHES):
        start = time.perf_counter()
        begun = launch()
        returned.append(time.perf_counter() - start)
        finish(begun)
        finished.append(time.perf_counter() - start)
    both = {"returns": returned, "finishes": finished}
    readings = [
        reading(timer, [Samples(tuple(s), 1, f"time.perf_counter, until the call {timer}")])
        for timer, s in both.items()
    ]
    return {
        "name": name,
        "device": device,
        "kind": kind,
        "label": label,
        "readings": readings,
        **known,
    }


def reading(timer: str, turns: list[Samples]) -> dict[str, Any]:
    """The fields of a records.Reading, samples to six digits: the clock has no more."""
    samples = [float(f"{s:.6g}") for turn in turns for s in turn.seconds]
    return {
        "timer": timer,
        "settings": turns[0].timer,
        "samples": samples,
        "calls_per_sample": turns[0].calls_per_sample,
        **summary(samples)._asdict(),
    }


def _why(e: Exception) -> str:
    return " ".join(f"{type(e).__name__}: {e}".split())[:300]


def _length(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.0f} ms"


if __name__ == "__main__":
    tasks = list(cpu())
    if not isinstance(machine.gpu(), str):
        tasks += gpu()
    print(json.dumps(tasks))
