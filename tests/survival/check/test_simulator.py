"""Kernels in the watched simulator: what is a race, and what only looks like one."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from survival.check.process import Process

KERNELS = """
import numpy as np
from numba import cuda, float32


@cuda.jit
def counts_without_atomics(x, out):
    out[0] += 1


@cuda.jit
def counts_with_atomics(x, out):
    cuda.atomic.add(out, 0, 1)


@cuda.jit
def reads_what_others_count(x, out):
    cuda.atomic.add(out, 0, 1)
    x[cuda.grid(1)] = out[0]


@cuda.jit
def all_write_the_same(x, out):
    out[0] = 1


@cuda.jit
def a_neighbour_with_a_barrier(x, out):
    part = cuda.shared.array(8, float32)
    t = cuda.threadIdx.x
    part[t] = x[cuda.grid(1)]
    cuda.syncthreads()
    out[cuda.grid(1)] = part[7 - t]


@cuda.jit
def a_neighbour_without_a_barrier(x, out):
    part = cuda.shared.array(8, float32)
    t = cuda.threadIdx.x
    part[t] = x[cuda.grid(1)]
    out[cuda.grid(1)] = part[7 - t]


@cuda.jit
def room_that_the_launch_gives(x, out):
    part = cuda.shared.array(0, float32)
    t = cuda.threadIdx.x
    part[t] = x[cuda.grid(1)]
    cuda.syncthreads()
    out[cuda.grid(1)] = part[7 - t]


@cuda.jit
def a_barrier_orders_no_blocks(x, out):
    i = cuda.grid(1)
    out[i] = x[i]
    cuda.syncthreads()
    x[i] = out[15 - i]


@cuda.jit
def a_fence_is_beyond_it(x, out):
    i = cuda.grid(1)
    out[i] = x[i]
    cuda.threadfence()
    x[i] = out[15 - i]


@cuda.jit
def half_of_them_come_to_the_barrier(x, out):
    if cuda.threadIdx.x < 4:
        cuda.syncthreads()


@cuda.jit
def a_step_too_far(x, out):
    out[cuda.grid(1) + 1] = 0


@cuda.jit
def rows(x, out):
    grid = out.reshape(2, 8)
    grid[cuda.blockIdx.x][cuda.threadIdx.x] = x[cuda.grid(1)]


KERNELS = [k for k in list(globals().values()) if type(k).__name__ == "FakeCUDAKernel"]
NAMES = [k.py_func.__name__ for k in KERNELS]


def run(which, blocks):
    x, out = cuda.to_device(np.arange(16, dtype=np.float32)), cuda.to_device(np.zeros(16))
    KERNELS[NAMES.index(which)][int(blocks), 8, 0, 32](x, out)
    return out.copy_to_host()
"""


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A process with all of these kernels."""
    path = tmp_path_factory.mktemp("kernels") / "kernels.py"
    path.write_text(KERNELS)
    process = Process(path, 30, {"NUMBA_ENABLE_CUDASIM": "1"})
    yield process
    process.stop()


def ran(process: Process, kernel: str, blocks: int = 2) -> dict[str, Any]:
    """What a kernel answered, and what was seen of it."""
    return process.ask(do="run", given=[kernel, blocks], fill="poison", in_place=False, times=1)


@pytest.mark.parametrize(
    ("kernel", "seen"),
    [
        ("counts_without_atomics", "writes element [0] of out, and thread 1 of block 0"),
        ("reads_what_others_count", "thread 1 of block 0 reads it"),
        ("a_neighbour_without_a_barrier", "of shared memory"),
        ("a_barrier_orders_no_blocks", "of block 1 reads it"),
        ("half_of_them_come_to_the_barrier", "passes 0 barriers"),
    ],
)
def test_a_race_is_seen_whatever_came_out(simulated: Process, kernel: str, seen: str) -> None:
    """Two accesses that nothing orders, and a barrier that not all threads come to."""
    assert seen in ran(simulated, kernel)["race"]


@pytest.mark.parametrize(
    "kernel",
    [
        "counts_with_atomics",
        "all_write_the_same",
        "a_neighbour_with_a_barrier",
        "room_that_the_launch_gives",
        "rows",
    ],
)
def test_what_is_ordered_or_does_no_harm_is_no_race(simulated: Process, kernel: str) -> None:
    """Atomics among each other, the same value twice, a barrier in between, rows of a matrix."""
    assert ran(simulated, kernel)["race"] == ""


def test_the_first_race_is_the_same_in_each_run(simulated: Process) -> None:
    """Shared memory has other addresses in each run, by which races came in any order."""
    kernel = "a_neighbour_without_a_barrier"
    assert len({ran(simulated, kernel)["race"] for _ in range(6)}) == 1


def test_what_a_fence_orders_is_not_judged(simulated: Process) -> None:
    """And is named, so that the report can say so."""
    found = ran(simulated, "a_fence_is_beyond_it")
    assert (found["race"], found["fenced"]) == ("", True)


def test_an_access_out_of_bounds_and_an_empty_launch_stop(simulated: Process) -> None:
    """As they would, with luck, on a GPU; the process answers the next question all the same."""
    found = ran(simulated, "a_step_too_far")
    assert found["raised"] == "IndexError"
    assert "out of bounds" in found["said"]
    assert "a launch of 0 blocks" in ran(simulated, "rows", 0)["said"]
    assert np.array_equal(ran(simulated, "rows")["results"][0][0], np.arange(16))
