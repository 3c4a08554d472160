"""The clock of WebGPU programs held against the device's own, on kernels whose work is known.

Run as a process of its own by a capture that checks the clocks of a machine with such a GPU.
"""

import json
import struct
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from survival.capture import clock, machine
from survival.capture.timers import Samples
from survival.capture.webgpu.batch import Work, clocked, enough
from survival.capture.webgpu.ceilings import Gpu
from survival.stats import MIN_SAMPLES

ELEMENTS = 2**25
"""float32 in each array: 128 MiB, the most that WebGPU promises for a buffer of a kernel."""
ROWS, COLUMNS = 8192, 4096
"""The strided copy sees the same elements as a matrix."""
COPIES = tuple(2**p for p in range(20, 27, 2))
"""1 to 64 MiB in each of the two arrays of a copy that is submitted here and done elsewhere."""
HEAD = """
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) at: vec3u, @builtin(num_workgroups) grid: vec3u) {
    let i = at.y * grid.x * 256u + at.x;
    if (i >= THREADSu) { return; }
"""
BODIES = {
    "empty": ("empty kernel", 256, 0, "if (a[i] == 2.0) { out[i] = 1.0; }"),
    "copy": ("copy", ELEMENTS, 8, "out[i] = a[i];"),
    "saxpy": ("saxpy", ELEMENTS, 12, "out[i] = 0.5 * a[i] + out[i];"),
    "loop": (
        "4,096 multiply-adds per thread",
        2**16,
        0,
        "var x = a[i]; for (var k = 0u; k < 4096u; k++) { x = x * 0.999 + 0.001; } out[i] = x;",
    ),
    "strided": (
        "strided copy (a naive transpose)",
        ELEMENTS,
        8,
        f"out[i % {COLUMNS}u * {ROWS}u + i / {COLUMNS}u] = a[i];",
    ),
}
"""Label, threads, bytes that each moves (0 where that says nothing), and what each does.

The numbers lie below 1, so the empty kernel writes nothing, and no compiler knows it."""


def tasks() -> Iterator[dict[str, Any]]:
    """Five kernels by both clocks; a submission, and copies, by a right and a wrong clock."""
    gpu = Gpu(("timestamp-query",))
    block = np.random.default_rng(1).random(2**20, dtype=np.float32)
    buffers = [gpu.buffer(np.resize(block, ELEMENTS)) for _ in range(2)]

    def kernel(name: str, threads: int, size: int = 4 * ELEMENTS) -> Any:
        code = f"{HEAD.replace('THREADS', str(threads))}{BODIES[name][3]}\n}}"
        return partial(gpu.kernel(code, *((b, size) for b in buffers)), threads)

    for name, (label, threads, moved, _) in BODIES.items():
        run = kernel(name, threads)
        run()
        by = {
            "wgpu_batch": partial(clocked, run, clock.BUDGET),
            "wgpu_timestamps": partial(by_timestamps, gpu, run),
        }
        label = f"{label}, through WebGPU"
        yield clock.timed(f"wgpu_{name}", "gpu", "kernel", label, by, bytes=moved * threads)
    strided = kernel("strided", ELEMENTS)
    wait = Work(strided)
    yield clock.launched(
        "wgpu_launch",
        "gpu",
        "the strided copy, submitted",
        strided,
        lambda _: wait.seconds(0),
    )
    if not isinstance(machine.gpu(), str):
        return  # CUDA shows the same with more
    for size in COPIES:
        yield clock.launched(
            f"wgpu_launched_copy_{size >> 20}_mib",
            "gpu",
            f"{size >> 20} MiB, copied by a kernel",
            kernel("copy", size // 4, size),
            lambda _: wait.seconds(0),
            kind="launched_copy",
            bytes=2 * size,
        )


def by_timestamps(gpu: Gpu, run: Any) -> Samples:
    """The same batch by the device's own timestamps. Raises RuntimeError where it has none.

    They arrive in ticks; how long one is only the native library tells.
    """
    if not gpu.features:
        raise RuntimeError("this device has no timestamps")
    from wgpu.backends.wgpu_native import lib

    work, device = Work(run), gpu.device
    calls, _ = enough(work, work.seconds(0), clock.BUDGET)
    queries = device.create_query_set(type="timestamp", count=2)
    marks = {
        "query_set": queries,
        "beginning_of_pass_write_index": 0,
        "end_of_pass_write_index": 1,
    }
    told = device.create_buffer(size=16, usage="QUERY_RESOLVE|COPY_SRC")
    period = lib.wgpuQueueGetTimestampPeriod(device.queue._internal)
    seconds = []
    for _ in range(2 * MIN_SAMPLES):
        device.queue.submit([work.encoded(calls, timestamp_writes=marks)])
        encoder = device.create_command_encoder()
        encoder.resolve_query_set(queries, 0, 2, told, 0)
        device.queue.submit([encoder.finish()])
        begun, ended = struct.unpack("<QQ", device.queue.read_buffer(told))
        seconds.append((ended - begun) * period * 1e-9 / calls)
    if min(seconds) <= 0:
        raise RuntimeError("the device's timestamps are zero")
    return Samples(
        tuple(seconds), calls, f"wgpu {version('wgpu')}: timestamps, ticks of {period:g} ns"
    )


if __name__ == "__main__":
    print(json.dumps(list(tasks())))
