"""What a GPU can do at best, measured through WebGPU, by the clock that times the programs.

Kernels of four numbers at a time copy, add and read; a loop of multiply-adds in registers stands
for the arithmetic, because no library multiplies matrices there. Run as a process of its own.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from survival.capture import machine
from survival.capture.ceilings import (
    EFFORTS,
    KERNELS,
    LEAST,
    MULTIPLY_ADDS,
    WORKING_SETS,
    Effort,
    Took,
    took,
)
from survival.capture.timers import Budget
from survival.capture.webgpu.batch import Work, enough
from survival.records import Ceilings, MemoryRate, OperationRate, TransferRate, Try

STEPS = ("v * 0.5 + 0.3333", "fma(v, vec4f(0.5), vec4f(0.3333))")
"""Which of the two a compiler makes one instruction of is its own affair: the better counts."""
THREADS = 256
"""Per workgroup: the most that every GPU has."""
ROW = 2**15
"""Workgroups in a row: below the 65,535 that a dimension may have."""
PER_READER = 16
"""Blocks of four numbers that a thread of the read kernel adds up."""
BODIES = {
    "copy": "out[i] = a[i];",
    "add": "out[i] = a[i] + b[i];",
    "read": "var s = vec4f(); for (var k = 0u; k < PER; k++) { s += a[k * n + i]; } out[i] = s;",
}
STREAM = """
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;
SECOND
const PER = PER_READERu;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) at: vec3u, @builtin(num_workgroups) grid: vec3u) {
    let i = at.y * grid.x * 256u + at.x;
    let n = arrayLength(&out);
    if (i < n) { BODY }
}
"""
LOOP = """
@group(0) @binding(0) var<storage, read_write> x: array<vec4f>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) at: vec3u) {
    // Four chains for each thread, of numbers that stay between 0 and 1 and nobody knows before.
    var v = x[at.x];
    for (var k = 0u; k < TIMESu; k++) { v = STEP; }
    x[at.x] = v;
}
"""


class Gpu:
    """The GPU that programs get, with a shorthand for a kernel over some buffers."""

    def __init__(self, features: tuple[str, ...] = ()) -> None:
        import wgpu

        adapter = wgpu.gpu.request_adapter_sync(power_preference="high-performance")
        self.features = [f for f in features if f in adapter.features]
        self.device = adapter.request_device_sync(required_features=self.features)
        self.largest: int = self.device.limits["max-storage-buffer-binding-size"]

    def buffer(self, data: np.ndarray) -> Any:
        """A storage buffer that holds `data` and can be copied."""
        return self.device.create_buffer_with_data(data=data, usage="STORAGE|COPY_SRC|COPY_DST")

    def kernel(self, code: str, *bound: tuple[Any, int]) -> Callable[[int], None]:
        """A call that submits the kernel for so many threads; buffers with the bytes to bind."""
        make = self.device
        pipeline = make.create_compute_pipeline(
            layout="auto", compute={"module": make.create_shader_module(code=code)}
        )
        entries = [
            {"binding": i, "resource": {"buffer": buffer, "offset": 0, "size": size}}
            for i, (buffer, size) in enumerate(bound)
        ]
        layout = pipeline.get_bind_group_layout(0)
        group = make.create_bind_group(layout=layout, entries=entries) if bound else None

        def submit(threads: int) -> None:
            groups = -(-threads // THREADS)
            encoder = make.create_command_encoder()
            work = encoder.begin_compute_pass()
            work.set_pipeline(pipeline)
            if group is not None:
                work.set_bind_group(0, group)
            work.dispatch_workgroups(min(groups, ROW), -(-groups // ROW))
            work.end()
            make.queue.submit([encoder.finish()])

        return submit


def timed(run: Callable[[], object], spend: float) -> Took:
    """Time many submissions of `run`, each less an empty one, per run."""
    run()
    work = Work(run)
    empty = statistics.median(work.seconds(0) for _ in range(10))
    calls, found = enough(work, empty, Budget(spend, 1e3))
    samples: list[float] = []
    stop, short = time.perf_counter() + spend, calls * found < 0.1
    while not samples or time.perf_counter() < stop or (short and len(samples) < LEAST):
        samples.append((work.seconds(calls) - empty) / calls)
    return Took(statistics.median(samples), min(samples))


def stream(
    gpu: Gpu, name: str, buffers: Sequence[Any], sizes: Sequence[int]
) -> Callable[[int], None]:
    """A stream kernel from the first buffer, or the first and third, to so much of the second."""
    second = "@group(0) @binding(2) var<storage, read> b: array<vec4f>;"
    code = STREAM.replace("BODY", BODIES[name]).replace("PER_READER", str(PER_READER))
    code = code.replace("SECOND", second if name == "add" else "")
    bound = list(zip(buffers, sizes, strict=True))
    return gpu.kernel(code, *bound[: 3 if name == "add" else 2])


def memory(gpu: Gpu, effort: Effort) -> Iterator[MemoryRate]:
    """Rates of the stream kernels over the working sets that its buffers can hold."""
    most = min(effort.largest, machine.free_bytes("cpu") // 8)
    working_sets = [w for w in WORKING_SETS if w <= min(most, 2 * gpu.largest)]
    data = np.resize(np.random.default_rng(1).random(2**20, np.float32), working_sets[-1] // 8)
    buffers = [gpu.buffer(data) for _ in range(3)]
    for working_set in working_sets:
        for name, arrays in KERNELS.items():
            size = working_set // arrays // 4096 * 4096  # whole workgroups of readers
            if size > data.nbytes:
                continue
            out = size // PER_READER if name == "read" else size
            run = stream(gpu, name, buffers, (size, out, size))
            threads = out // 16
            seconds = timed(lambda: run(threads), effort.seconds)  # noqa: B023
            yield MemoryRate(
                device="gpu",
                kernel=name,  # type: ignore[arg-type]
                working_set=arrays * size,
                **seconds.rate("bytes_per_second", arrays * size),
            )


def operations(gpu: Gpu, effort: Effort) -> OperationRate:
    """The rate of multiply-adds in registers, which no WGSL program exceeds."""
    return max(
        (_multiply_adds(gpu, step, effort) for step in STEPS), key=lambda r: r.tries[0].values
    )


def _multiply_adds(gpu: Gpu, step: str, effort: Effort) -> OperationRate:
    code = LOOP.replace("TIMES", str(MULTIPLY_ADDS)).replace("STEP", step)
    threads = 2**20
    while True:
        x = gpu.buffer(np.random.default_rng(4).random(4 * threads, np.float32))
        run = gpu.kernel(code, (x, 16 * threads))
        start = time.perf_counter()
        run(threads)
        gpu.device.queue.read_buffer(x, 0, 4)
        # A slow GPU gets less to do: systems stop what keeps it busy for seconds.
        if time.perf_counter() - start < 0.3 or threads == 2**14:
            break
        threads //= 8
    seconds = timed(lambda: run(threads), 3 * effort.seconds)
    rate = seconds.rate("operations_per_second", 2 * 4 * MULTIPLY_ADDS * threads)
    return OperationRate(device="gpu", precision="float32", **rate)


def transfers(gpu: Gpu, effort: Effort) -> Iterator[TransferRate]:
    """Copies of 64 MiB there and back, from and to memory that is not pinned: all that WebGPU has.

    A copy there only counts when a byte that was copied behind it has come back.
    """
    data = np.random.default_rng(3).random(2**24, np.float32)
    there = gpu.buffer(data)
    queue = gpu.device.queue

    def to_device() -> None:
        queue.write_buffer(there, 0, data)
        queue.read_buffer(there, 0, 4)

    ways: dict[str, Callable[[], object]] = {
        "to_device": to_device,
        "to_host": lambda: queue.read_buffer(there),
    }
    for direction, call in ways.items():
        seconds = took(call, lambda: None, 2 * effort.seconds)
        yield TransferRate(
            direction=direction,  # type: ignore[arg-type]
            host_memory="pageable",
            bytes=data.nbytes,
            **seconds.rate("bytes_per_second", data.nbytes),
        )


def launch(gpu: Gpu, effort: Effort) -> Took:
    """Seconds from submitting an empty kernel to knowing that it ended."""
    empty = gpu.kernel("@compute @workgroup_size(256) fn main() {}")
    work = Work(lambda: empty(THREADS))
    return took(lambda: work.seconds(1), lambda: None, effort.seconds)


def measure(mode: str) -> Ceilings:
    """One try of the GPU's ceilings."""
    gpu, effort = Gpu(), EFFORTS[mode]
    empty = launch(gpu, effort)
    return Ceilings(
        memory=list(memory(gpu, effort)),
        operations=[operations(gpu, effort)],
        transfers=list(transfers(gpu, effort)),
        launch_seconds=empty.best,
        launch_tries=[Try(values=[empty.typical], best=empty.best)],
    )


if __name__ == "__main__":
    print(measure(sys.argv[1]).model_dump_json())
