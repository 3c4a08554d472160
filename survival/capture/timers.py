"""Thin adapters over the timing libraries: each takes a function of no arguments and a budget.

`host` times any call that has finished when it returns: work on the CPU, or a trip to the GPU and
back. `gpu` times work that is only launched when the call returns. Both answer with every sample in
seconds per call, and with a line that says which library held the clock and how it was set.
"""

import contextlib
import io
import math
import os
import statistics
import sys
import tempfile
import time
import timeit
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from survival.errors import CaptureError
from survival.records import EMPTIED
from survival.stats import MIN_SAMPLES

Call = Callable[[], object]

MIN_SAMPLE_SECONDS = 1e-3
"""Shorter calls are batched until a sample lasts this long: far above the clock's resolution."""
MAX_SAMPLES = 50
SLOW = 0.05
"""Seconds from which one call is warm-up enough, and is not made again to learn how long it is."""
SURELY = 1.5
"""How far beyond the limit a call must be foreseen to be, so that it is not even tried."""
WARM_SECONDS = 0.15
"""Of work before a block of samples on a GPU, which has slept since the one before."""
WAIT_SHARED = 20
"""How many times longer than a shortest sample a batch of launches is that ends with one wait."""
GPU_BATCH_BELOW = 10e-6
"""CUDA events resolve about half a microsecond, so shorter work is timed in batches."""


@dataclass(frozen=True)
class Budget:
    """How long one timing may take."""

    target: float
    """Seconds to spend if the call is fast."""
    limit: float
    """Seconds not to exceed even for the fewest samples that are worth having."""
    least: int = MIN_SAMPLES
    """The fewest samples worth having."""
    most: int = MAX_SAMPLES
    """Enough samples, however fast the call."""


@dataclass(frozen=True)
class Samples:
    """What a timer saw."""

    seconds: tuple[float, ...]
    calls_per_sample: int
    timer: str
    others: float | None = None
    """Share of the processors that other programs took meanwhile, 0 to 1, where it is known."""
    linearity: float | None = None
    """Half of what twice the work took, over the work, where a batch was timed as a whole."""


class TooSlow(Exception):
    """The fewest samples worth having would take longer than the limit."""


def plan(once: float, budget: Budget) -> tuple[int, int]:
    """(calls per sample, samples) for a call that takes about `once` seconds.

    Raises TooSlow, with the reason as a reader will see it.
    """
    if once * budget.least > budget.limit:
        raise TooSlow(f"one call takes about {once:.2g} s, {_over(budget)}")
    calls = max(1, math.ceil(MIN_SAMPLE_SECONDS / max(once, 1e-9)))
    samples = int(budget.target / (calls * max(once, 1e-9)))
    return calls, min(budget.most, max(budget.least, samples))


def foreseen(once: float, budget: Budget) -> str:
    """Why a call is not even tried that is foreseen to take `once` seconds; empty if it is."""
    if once * budget.least <= SURELY * budget.limit:
        return ""
    return f"by what smaller sizes took, one call would take about {once:.2g} s, {_over(budget)}"


def _over(budget: Budget) -> str:
    return f"longer than the limit of {budget.limit / budget.least:.2g} s"


def _estimate(call: Call) -> float:
    """Seconds of one warm call: the best of a few, or of one if it is slow."""
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
        if best > SLOW:
            break
    return best


def _warm(call: Call) -> None:
    """Call for WARM_SECONDS: a GPU's clock rises with the time that it is busy, not with calls."""
    stop = time.perf_counter() + WARM_SECONDS
    call()
    while time.perf_counter() < stop:
        call()


_runner: Any = None


def host(call: Call, budget: Budget, took: float = 0.0) -> Samples:
    """Time a call that has finished when it returns, with pyperf, in this process.

    `took` says how many seconds the same call has just taken, if it was made already.

    Raises TooSlow if MIN_SAMPLES calls do not fit the budget's limit.
    """
    import pyperf

    global _runner  # pyperf allows one Runner per process
    once = took if took > SLOW else _estimate(call)
    calls, samples = plan(once, budget)
    warmups = 0 if once > SLOW else 1
    settings = [f"--loops={calls}", f"--warmups={warmups}", f"--values={samples}"]
    if _runner is None:
        _runner = pyperf.Runner()
        _runner.parse_args(["--worker", *settings, *_where_it_is()])
    _runner.args.loops, _runner.args.values, _runner.args.warmups = calls, samples, warmups
    name = f"call {len(_runner._bench_names)}"
    with contextlib.redirect_stdout(io.StringIO()):  # pyperf prints its own summary
        seconds = _runner.bench_func(name, call).get_values()
    if took > SLOW and 2 * statistics.median(seconds) < took:
        return host(call, budget)  # that call did something once only, such as compiling
    timer = f"pyperf {version('pyperf')}: {' '.join(settings)}"
    return Samples(tuple(seconds), calls, timer)


def _where_it_is() -> list[str]:
    """Keep pyperf on the CPUs that we may use: it would move to those that the system isolates."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    return [f"--affinity={','.join(map(str, sorted(os.sched_getaffinity(0))))}"]


def gpu(launch: Call, synchronize: Call, budget: Budget) -> Samples:
    """Time work that `launch` starts on the GPU's default stream, with the first timer that works.

    cuda-bench (NVIDIA's NVBench) clears the L2 cache before every sample, and so does Triton's
    do_bench; CuPy's benchmark does not. Which one held the clock is in `timer`.

    Raises TooSlow like `host`, and CaptureError if no GPU timer is installed.
    """

    def finished() -> None:
        launch()
        synchronize()

    _warm(finished)
    once = _estimate(finished)
    plan(once, budget)
    refusals = []
    for timer in (_cuda_bench, _triton, _cupyx):
        try:
            seen = timer(launch, once, budget)
        except (ImportError, RuntimeError) as e:
            refusals.append(f"{timer.__name__[1:]}: {str(e)[:100]}")
            continue
        if _agrees(seen, once):
            return Samples(seen.seconds, seen.calls_per_sample, _with(seen.timer, refusals))
        refusals.append(f"{timer.__name__[1:]}: saw less than half of what the wall clock saw")
    raise CaptureError("no GPU timer is usable: " + "; ".join(refusals))


def waited(launch: Call, synchronize: Call, budget: Budget) -> Samples:
    """Time launched work on an accelerator of any maker, of which nothing but its end is known.

    Many launches, then one wait, by pyperf: what the wait costs is shared by all of them.

    Raises TooSlow like `host`.
    """
    launches = 1

    def finished() -> None:
        for _ in range(launches):
            launch()
        synchronize()

    _warm(finished)
    once = max(_estimate(finished), 1e-9)
    launches = math.ceil(WAIT_SHARED * MIN_SAMPLE_SECONDS / once)
    seen = host(finished, budget)
    seconds = tuple(s / launches for s in seen.seconds)
    timer = f"{seen.timer}; {launches} launches, then one wait; caches not cleared"
    return Samples(seconds, launches * seen.calls_per_sample, timer)


def gpu_by(name: str, launch: Call, synchronize: Call, budget: Budget) -> Samples:
    """Time launched work with one named timer and no other, to hold the timers against each other.

    `name` is one of GPU_TIMERS. Raises TooSlow, ImportError where the library is missing, and
    whatever the library raises.
    """

    def finished() -> None:
        launch()
        synchronize()

    timer = {"cuda_bench": _cuda_bench, "triton": _triton, "cupyx": _cupyx}[name]
    return timer(launch, _estimate(finished), budget)


GPU_TIMERS = ("cuda_bench", "triton", "cupyx")
"""In the order in which `gpu` tries them."""


def by_timeit(call: Call, budget: Budget) -> Samples:
    """Time a call that has finished when it returns with the standard library's timeit.

    Raises TooSlow like `host`, which it is there to check.
    """
    calls, samples = plan(_estimate(call), budget)
    watch = timeit.Timer(call)
    watch.timeit(calls)  # as pyperf does: the first batch warms up
    seconds = tuple(t / calls for t in watch.repeat(repeat=samples, number=calls))
    python = ".".join(map(str, sys.version_info[:3]))
    return Samples(seconds, calls, f"timeit, Python {python}: number={calls}, repeat={samples}")


def _agrees(seen: Samples, once: float) -> bool:
    """Whether a GPU timer saw the work at all: it may have watched another stream.

    Above a millisecond the launch hardly counts, and the wall clock around launch and
    synchronisation must agree with the events on the device.
    """
    return once < 1e-3 or float(np.median(seen.seconds)) > once / 2


def _with(timer: str, refusals: list[str]) -> str:
    return timer + (f" (not usable: {'; '.join(refusals)})" if refusals else "")


def _batched(launch: Call, once: float) -> tuple[Call, int]:
    """A call that launches `launch` often enough for an event timer, and how often that is."""
    calls = 1 if once > GPU_BATCH_BELOW else math.ceil(GPU_BATCH_BELOW / max(once, 1e-9))

    def batch() -> None:
        for _ in range(calls):
            launch()

    return batch, calls


class _DefaultStream:
    """The stream that CuPy, PyCUDA and Numba launch on unless told otherwise."""

    def __cuda_stream__(self) -> tuple[int, int]:
        """Version 0 of the protocol, and the handle of the legacy default stream."""
        return (0, 0)


def _cuda_bench(launch: Call, once: float, budget: Budget) -> Samples:
    import cuda.bench as nvbench
    from cuda.bench.results import BenchmarkResult

    batch, calls = _batched(launch, once)
    _, samples = plan(once * calls, budget)

    def measure(state: Any) -> None:
        state.set_stream(_DefaultStream())
        # sync: a variant may synchronise or allocate: a deadlock with NVBench's blocking kernel.
        state.exec(lambda _: batch(), batched=False, sync=True)

    name = f"call_{time.monotonic_ns()}"
    # A throttle threshold of 0 keeps every sample: a GPU that runs slow is a fact, not an outlier.
    nvbench.register(measure).set_name(name).set_min_samples(samples).set_timeout(
        budget.limit
    ).set_stopping_criterion("sample-count").set_criterion_param_int64(
        "target-samples", samples
    ).set_throttle_threshold(0.0)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "samples.json")
        with contextlib.redirect_stdout(io.StringIO()):
            nvbench.run_all_benchmarks(["capture", "--benchmark", name, "--jsonbin", path])
        state = BenchmarkResult.from_json(path)[name][0]
    if state.samples is None or len(state.samples) < budget.least:
        raise RuntimeError(f"no samples ({state.skip_reason or 'none written'})")
    seconds = tuple(float(t) / calls for t in state.samples)
    timer = f"cuda-bench {version('cuda-bench')}: cold, {EMPTIED} before each sample, sync"
    return Samples(seconds[: 4 * budget.most], calls, timer)


def _triton(launch: Call, once: float, budget: Budget) -> Samples:
    from triton.testing import do_bench

    batch, calls = _batched(launch, once)
    times = do_bench(batch, warmup=25, rep=int(budget.target * 1e3) or 1, return_mode="all")
    if len(times) < budget.least:
        times = do_bench(
            batch, warmup=1, rep=int(once * calls * 1e3 * budget.least) + 1, return_mode="all"
        )
    seconds = tuple(t * 1e-3 / calls for t in times[: 4 * budget.most])
    timer = f"triton.testing.do_bench {version('triton')}: {EMPTIED} before each sample"
    return Samples(seconds, calls, timer)


def _cupyx(launch: Call, once: float, budget: Budget) -> Samples:
    import cupy
    from cupyx.profiler import benchmark

    batch, calls = _batched(launch, once)
    _, samples = plan(once * calls, budget)
    # gpu_times, never cpu_times: the latter ends when the launch returns.
    result = benchmark(batch, n_repeat=samples, n_warmup=2)
    seconds = tuple(float(t) / calls for t in result.gpu_times[0])
    timer = f"cupyx.profiler.benchmark (gpu_times) {cupy.__version__}: L2 not cleared"
    return Samples(seconds, calls, timer)
