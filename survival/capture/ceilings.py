"""Measures what this machine can do at best; run as a process of its own by `capture`.

On all cores, over working sets from caches to memory. The median of a process's samples is one try
of a ceiling, and a page shows the fraction of it that a program reaches. The judge (H5) holds every
result against the best sample of all.
"""

import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from survival.capture import machine, timers
from survival.capture.host import environment
from survival.records import (
    EMPTIED,
    Ceilings,
    Device,
    MemoryRate,
    OperationRate,
    Precision,
    TransferRate,
    Try,
)
from survival.stats import MIN_PROCESSES

WORKING_SETS = tuple(2**p for p in range(16, 31, 2))
"""64 KiB to 1 GiB; those above an eighth of the free memory are left out."""


@dataclass(frozen=True)
class Effort:
    """What a mode spends on the ceilings."""

    seconds: float
    """Per kernel and working set, in each process."""
    largest: int
    """The largest working set, in bytes: the examples of a quick capture have none larger."""


EFFORTS = {"full": Effort(0.03, 2**30), "quick": Effort(0.03, 2**28)}
TRIES = {"full": MIN_PROCESSES, "quick": 1}
"""Fresh processes, as for the programs that are held against them."""

ORDERS = (512, 1024, 2048, 4096, 8192)
"""Of the matrices whose product sets the rate of arithmetic: which is the fastest depends on the
device, and small ones can be tried often, so that a busy moment hides less. Those that would take
too long are left out."""
COLD_FROM = 2**20
"""Bytes of the smallest working set that is tried with the cache emptied: there a smaller one is
no faster than a larger one, and a limit follows from the best of all larger ones."""
KERNELS = {"copy": 2, "add": 3, "read": 1}
"""Stream kernels, and how many arrays each moves per element."""


LEAST, LONG = 9, 0.1
"""Samples of a call that takes less than LONG seconds."""


class Took(NamedTuple):
    """How long a call took in one process, in seconds."""

    typical: float
    """The median of the samples."""
    best: float
    """The shortest."""

    def rate(self, field: str, amount: float) -> dict[str, Any]:
        """`amount` per second, at best in `field` and as a try: how a ceiling keeps it."""
        best = amount / self.best
        return {field: best, "tries": [Try(values=[amount / self.typical], best=best)]}


def timer(mode: str, cold: bool = False) -> str:
    """How the ceilings are timed in a mode, for machine.json; `cold`: also with an empty cache."""
    n, spend = TRIES[mode], EFFORTS[mode].seconds
    of = f"{n} processes" if n > 1 else "one process"
    also = "; cold by the clock of the GPU programs" if cold else ""
    return f"time.perf_counter: median of many batches within {spend} s, in {of}, random data{also}"


def took(call: Callable[[], object], synchronize: Callable[[], object], spend: float) -> Took:
    """Time `call`, batched to about 1 ms, for about `spend` s.

    The batch keeps the clock's resolution, and on a GPU the synchronisation, below a percent. A
    long call is made LEAST times all the same: a few would be luck.
    """
    call()
    synchronize()
    start = time.perf_counter()
    call()
    synchronize()
    once = time.perf_counter() - start
    calls = max(1, math.ceil(1e-3 / once))
    samples: list[float] = []
    stop = time.perf_counter() + spend
    while not samples or time.perf_counter() < stop or (once < LONG and len(samples) < LEAST):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        synchronize()
        samples.append((time.perf_counter() - start) / calls)
    return Took(statistics.median(samples), min(samples))


def _nothing() -> None:
    pass


def _streams(
    device: Device,
    kernels: dict[str, list[Callable[..., object]]],
    xp: Any,
    clock: Callable[[Callable[[], object]], Took],
    effort: Effort,
    cold: bool = False,
) -> Iterator[MemoryRate]:
    """Rates of the stream kernels over the working sets that fit: of several ways the best."""
    free, least = machine.free_bytes(device), COLD_FROM if cold else 0
    working_sets = [w for w in WORKING_SETS if least <= w <= min(free / 8, effort.largest)]
    block = np.random.default_rng(1).random(2**20, dtype=np.float32)
    # Allocated once, at the largest size: touching fresh pages costs more than the measurement.
    a = xp.asarray(np.resize(block, working_sets[-1] // 4))
    buffers = (a, a.copy(), a.copy())
    for working_set in working_sets:
        for name, arrays in KERNELS.items():
            n = working_set // (4 * arrays)
            operands = [buffer[:n] for buffer in buffers[:arrays]]
            ways = [clock(partial(way, *operands)) for way in kernels[name]]
            seconds = Took(min(w.typical for w in ways), min(w.best for w in ways))
            yield MemoryRate(
                device=device,
                kernel=name,  # type: ignore[arg-type]
                working_set=working_set,
                cold=cold,
                **seconds.rate("bytes_per_second", 4 * arrays * n),
            )


def _both(cp: Any, sync: Any, effort: Effort) -> list[MemoryRate]:
    """Rates of a GPU, warm, and with its L2 cache emptied before each sample.

    The cold ones by the clock of the programs. Where that empties nothing there are none, because
    then no program's time is cold either.
    """
    kernels: dict[str, list[Callable[..., object]]] = {
        "copy": [lambda a, out: cp.copyto(out, a)],
        "add": [lambda a, b, out: cp.add(a, b, out=out)],
        "read": [lambda a: a.sum()],
    }
    warm = partial(took, synchronize=sync, spend=effort.seconds)
    rates = list(_streams("gpu", kernels, cp, warm, effort))
    budget = timers.Budget(effort.seconds, limit=60.0, least=LEAST)
    emptied = True

    def clock(call: Callable[[], object]) -> Took:
        nonlocal emptied
        seen = timers.gpu(call, sync, budget)
        emptied = emptied and EMPTIED in seen.timer
        return Took(statistics.median(seen.seconds), min(seen.seconds))

    cold = list(_streams("gpu", kernels, cp, clock, effort, cold=True))
    return [*rates, *(cold if emptied else [])]


def _products(
    device: Device,
    precision: Precision,
    xp: Any,
    array: Callable[[np.ndarray], Any],
    sync: Any,
    effort: Effort,
) -> Iterator[OperationRate]:
    """The rate of the library's matrix product a @ a, for several orders.

    `array` makes the library's array, of that precision, from a float32 one.
    """
    rng = np.random.default_rng(2)
    spend = 6 * effort.seconds
    for order in ORDERS:
        a = array(rng.random((order, order), dtype=np.float32))
        out = xp.empty_like(a)
        seconds = took(partial(xp.matmul, a, a, out=out), sync, spend)
        rate = seconds.rate("operations_per_second", 2 * order**3)
        yield OperationRate(device=device, precision=precision, order=order, **rate)
        if 8 * seconds.best > spend:  # the next order takes 8 times as long
            break


def _by_torch(
    device: Device, precisions: Sequence[Precision], sync: Any, effort: Effort
) -> Iterator[OperationRate]:
    """The same by PyTorch, where it is installed: its library may be faster than NumPy's.

    It is also the only one here that knows bfloat16.
    """
    try:
        import torch
    except ImportError:
        return
    where = {"cpu": "cpu", "gpu": "cuda"}[device]
    if device == "gpu" and not torch.cuda.is_available():
        return
    for precision in precisions:

        def array(a: np.ndarray, dtype: str = precision) -> Any:
            return torch.asarray(a, dtype=getattr(torch, dtype), device=where)

        yield from _products(device, precision, torch, array, sync, effort)


def _integers(device: Device, sync: Any, effort: Effort) -> Iterator[OperationRate]:
    """The rate of PyTorch's product of matrices of 8-bit integers, sums of 32 bits, if it is there.

    Weights of few bits may be widened before they are multiplied, or multiplied by such a unit.
    """
    try:
        import torch
    except ImportError:
        return
    if device == "gpu" and not torch.cuda.is_available():
        return
    where = {"cpu": "cpu", "gpu": "cuda"}[device]
    library = SimpleNamespace(
        empty_like=lambda a: torch.empty_like(a, dtype=torch.int32),
        matmul=lambda a, b, out: torch._int_mm(a, b, out=out),  # not public
    )

    def array(a: np.ndarray) -> Any:
        return torch.asarray((a * 254 - 127).astype(np.int8), device=where)

    yield from _products(device, "int8", library, array, sync, effort)


def cpu(effort: Effort) -> tuple[list[MemoryRate], list[OperationRate]]:
    """Bandwidth and matrix rate of the CPU, on all cores."""
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def copy(a, out):  # type: ignore[no-untyped-def]
        for i in numba.prange(a.size):
            out[i] = a[i]

    @numba.njit(parallel=True, fastmath=True)
    def add(a, b, out):  # type: ignore[no-untyped-def]
        for i in numba.prange(a.size):
            out[i] = a[i] + b[i]

    @numba.njit(parallel=True, fastmath=True)
    def read(a):  # type: ignore[no-untyped-def]
        total = np.float32(0)
        for i in numba.prange(a.size):
            total += a[i]
        return total

    # Small arrays are faster on one core, without waking threads: the better of both counts.
    kernels: dict[str, list[Callable[..., object]]] = {
        "copy": [copy, lambda a, out: np.copyto(out, a)],
        "add": [add, lambda a, b, out: np.add(a, b, out=out)],
        "read": [read, np.sum],
    }
    with environment.bound():
        clock = partial(took, synchronize=_nothing, spend=effort.seconds)
        memory = list(_streams("cpu", kernels, np, clock, effort))
    operations = [
        *_products("cpu", "float32", np, np.asarray, _nothing, effort),
        *_products("cpu", "float64", np, np.float64, _nothing, effort),
        *_by_torch("cpu", ("float32", "float64", "bfloat16"), _nothing, effort),
        *_integers("cpu", _nothing, effort),
    ]
    return memory, _faster(operations)


def _faster(rates: Sequence[OperationRate]) -> list[OperationRate]:
    """Of two libraries that multiplied matrices of one precision and order, the faster."""
    found: dict[tuple[object, ...], OperationRate] = {}
    for rate in sorted(rates, key=lambda r: r.tries[0].values):
        found[rate.device, rate.precision, rate.order] = rate
    return list(found.values())


MULTIPLY_ADDS = 2048
"""Per number, and so in a row: enough that reading and writing it does not count."""
LOOP = """
extern "C" __global__ void loop(REAL *x)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    // Four chains per thread, so that a multiply-add need not wait for the one before. The numbers
    // stay between 0 and 1, and none can be known before the kernel runs.
    REAL a = x[4 * i], b = x[4 * i + 1], c = x[4 * i + 2], d = x[4 * i + 3];
    const REAL half = (REAL)0.5, third = (REAL)0.3333;
    for (int k = 0; k < MULTIPLY_ADDS; k++) {
        a = a * half + third;
        b = b * half + third;
        c = c * half + third;
        d = d * half + third;
    }
    x[4 * i] = a, x[4 * i + 1] = b, x[4 * i + 2] = c, x[4 * i + 3] = d;
}
"""


def _multiply_adds(precision: Precision, cp: Any, sync: Any, effort: Effort) -> OperationRate:
    """The rate of multiply-adds in registers, which can exceed that of a matrix product."""
    real = {"float32": "float", "float64": "double"}[precision]
    options = (f"-DREAL={real}", f"-DMULTIPLY_ADDS={MULTIPLY_ADDS}")
    kernel = cp.RawKernel(LOOP, "loop", options)
    blocks, threads = 2**13, 256
    x = cp.asarray(np.random.default_rng(4).random(4 * blocks * threads, np.float32), precision)
    seconds = took(lambda: kernel((blocks,), (threads,), (x,)), sync, 6 * effort.seconds)
    rate = seconds.rate("operations_per_second", 2 * MULTIPLY_ADDS * x.size)
    return OperationRate(device="gpu", precision=precision, **rate)


def gpu(
    effort: Effort,
) -> tuple[list[MemoryRate], list[OperationRate], list[TransferRate], Took]:
    """Bandwidth, matrix rate, transfers and launch of the GPU. Needs CuPy and a device."""
    import cupy as cp
    from cupy._core import _routines_linalg as linalg

    sync = cp.cuda.get_current_stream().synchronize
    memory = _both(cp, sync, effort)
    operations: list[OperationRate] = []
    # TF32 is a way to multiply float32. CuPy's public switch, CUPY_TF32, is for a whole process.
    ways: list[tuple[Precision, str, Any]] = [
        ("float32", "float32", linalg.COMPUTE_TYPE_DEFAULT),
        ("float64", "float64", linalg.COMPUTE_TYPE_DEFAULT),
        ("float16", "float16", linalg.COMPUTE_TYPE_DEFAULT),
    ]
    if int(cp.cuda.Device().compute_capability) >= 80:
        ways.append(("tf32", "float32", linalg.COMPUTE_TYPE_TF32))
    for precision, dtype, compute_type in ways:
        linalg.set_compute_type(dtype, compute_type)

        def array(a: np.ndarray, dtype: str = dtype) -> Any:
            return cp.asarray(a).astype(dtype)

        operations += _products("gpu", precision, cp, array, sync, effort)
    operations += _by_torch("gpu", ("bfloat16",), sync, effort)
    operations += _integers("gpu", sync, effort)
    operations += [_multiply_adds("float32", cp, sync, effort)]
    operations += [_multiply_adds("float64", cp, sync, effort)]
    empty = cp.RawKernel('extern "C" __global__ void empty() {}', "empty")
    launch = took(lambda: (empty((1,), (1,), ()), sync()), _nothing, effort.seconds)
    return memory, operations, list(_transfers(cp, sync, effort)), launch


def _transfers(cp: Any, sync: Any, effort: Effort) -> Iterator[TransferRate]:
    n = 2**26
    data = np.random.default_rng(3).random(n // 4, dtype=np.float32)
    pinned = np.frombuffer(cp.cuda.alloc_pinned_memory(n), np.float32, n // 4)
    pinned[:] = data
    device = cp.empty(n // 4, cp.float32)
    for name, host in (("pageable", data), ("pinned", pinned)):
        calls = {"to_device": lambda h: device.set(h), "to_host": lambda h: device.get(out=h)}
        for direction, call in calls.items():
            seconds = took(lambda: call(host), sync, 2 * effort.seconds)  # noqa: B023
            yield TransferRate(
                direction=direction,  # type: ignore[arg-type]
                host_memory=name,  # type: ignore[arg-type]
                bytes=n,
                **seconds.rate("bytes_per_second", n),
            )


def measure(with_gpu: bool, mode: str) -> Ceilings:
    """One try of all ceilings of this machine, in some five seconds per device."""
    memory, operations = cpu(EFFORTS[mode])
    if not with_gpu:
        return Ceilings(memory=memory, operations=operations)
    gpu_memory, gpu_operations, transfers, launch = gpu(EFFORTS[mode])
    return Ceilings(
        memory=memory + gpu_memory,
        operations=operations + gpu_operations,
        transfers=transfers,
        launch_seconds=launch.best,
        launch_tries=[Try(values=[launch.typical], best=launch.best)],
    )


if __name__ == "__main__":
    print(measure(not isinstance(machine.gpu(), str), sys.argv[1]).model_dump_json())
