"""The check of WebGPU's clock: every task that the judge asks for, by both clocks."""

from typing import Any

import numpy as np
import pytest

from survival.capture import clock, machine
from survival.capture.timers import Budget
from survival.capture.webgpu import batch, clocks
from survival.capture.webgpu.ceilings import Gpu
from survival.judge import clocks as rules
from survival.records import Gpu as Described
from tests.survival.capture.test_clock import made_clock, task, whole
from tests.survival.capture.test_clock import reading as made_reading
from tests.survival.conftest import made_gpu, made_machine

OTHER = Described(model="Made-up Apple", kind="integrated", api="Metal", driver="")


@pytest.fixture
def small(software: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same kernels over little data, in little time, without CUDA."""
    monkeypatch.setattr(machine, "gpu", lambda: "no CUDA in this test")
    monkeypatch.setattr(clock, "BUDGET", Budget(0.001, 5.0))
    monkeypatch.setattr(batch, "WARM", 0.0)
    monkeypatch.setattr(clocks, "COPIES", (2**20,))


def test_the_check_makes_every_task_that_the_judge_asks_for(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those kinds and bytes, with both clocks or the reason why one was not usable."""
    body = "out[i] = a[i];"
    few = {name: (told[0], 2**10, told[2], body) for name, told in clocks.BODIES.items()}
    monkeypatch.setattr(clocks, "BODIES", few)
    monkeypatch.setattr(clocks, "ELEMENTS", 2**18)
    made = made_clock(*whole(), *clocks.tasks())
    lacks = {n for n in rules.lacking(made, made_machine(gpu=OTHER)) if "launched_copy" not in n}
    # The bytes of these are of fewer threads here.
    assert lacks == {"wgpu_copy", "wgpu_saxpy", "wgpu_strided"}
    kernels = [t for t in made.tasks if t.name.startswith("wgpu_") and t.kind == "kernel"]
    assert {t.name.removeprefix("wgpu_") for t in kernels} == set(clocks.BODIES)
    for t in kernels:
        assert {r.timer for r in t.readings} | set(t.unusable) == {"wgpu_batch", "wgpu_timestamps"}
    launch = next(t for t in made.tasks if t.name == "wgpu_launch")
    assert [r.timer for r in launch.readings] == ["returns", "finishes"]


def test_the_declared_bytes_are_those_of_the_judge() -> None:
    """A task of other bytes would be held against another ceiling."""
    for name, (_, threads, moved, _) in clocks.BODIES.items():
        assert rules.CLOCK_TASKS[f"wgpu_{name}"] == ("gpu", "kernel", None, moved * threads)
    for size in clocks.COPIES:
        expected = ("gpu", "launched_copy", None, 2 * size)
        assert rules.CLOCK_TASKS[f"wgpu_launched_copy_{size >> 20}_mib"] == expected


@pytest.mark.parametrize("name", ["empty", "copy", "saxpy", "strided"])
def test_the_kernels_do_what_their_labels_say(small: None, name: str) -> None:
    """A kernel that moved less would make every clock look fast."""
    gpu, rng = Gpu(), np.random.default_rng(1)
    rows, columns = 512, 256
    a, out = rng.random((2, rows * columns), np.float32)
    buffers = [gpu.buffer(x) for x in (a, out)]
    body = clocks.BODIES[name][3]
    body = body.replace(str(clocks.COLUMNS), str(columns)).replace(str(clocks.ROWS), str(rows))
    code = f"{clocks.HEAD.replace('THREADS', str(a.size))}{body}\n}}"
    gpu.kernel(code, *((b, a.nbytes) for b in buffers))(a.size)
    got = np.frombuffer(gpu.device.queue.read_buffer(buffers[1]), np.float32)
    wanted = {
        "empty": out,
        "copy": a,
        "saxpy": np.float32(0.5) * a + out,
        "strided": a.reshape(rows, columns).T.ravel(),
    }[name]
    assert np.allclose(got, wanted)


def test_timestamps_agree_with_the_batch(small: None) -> None:
    """Within a factor of two, in one of five tries: other programs slow one of the two down."""
    gpu = Gpu(("timestamp-query",))
    if not gpu.features:
        pytest.skip("this driver has no timestamps")
    x = gpu.buffer(np.ones(2**22, np.float32))
    code = f"{clocks.HEAD.replace('THREADS', str(2**22))}{clocks.BODIES['copy'][3]}\n}}"
    kernel = gpu.kernel(code, (x, 2**24), (gpu.buffer(np.ones(2**22, np.float32)), 2**24))

    def ratio() -> float:
        by_device = np.median(clocks.by_timestamps(gpu, lambda: kernel(2**22)).seconds)
        by_batch = np.median(batch.clocked(lambda: kernel(2**22), clock.BUDGET).seconds)
        return float(by_device / by_batch)

    assert any(0.5 < ratio() < 2 for _ in range(5))


def test_a_device_without_timestamps_says_so(small: None) -> None:
    """The other clock is shown all the same, with this reason."""
    with pytest.raises(RuntimeError, match="no timestamps"):
        clocks.by_timestamps(Gpu(), lambda: None)


def test_which_tasks_a_machine_needs_depends_on_what_reaches_its_gpu() -> None:
    """CUDA's kernels for a CUDA device, WebGPU's for any other."""
    made = made_clock(*whole())
    assert {n.split("_")[0] for n in rules.lacking(made, made_machine(gpu=made_gpu()))} == {"gpu"}
    lacks = rules.lacking(made, made_machine(gpu=OTHER))
    assert {n.split("_")[0] for n in lacks} == {"wgpu"}
    assert len(lacks) == 10
    kernel = task("kernel", made_reading("wgpu_batch", 1e-3), unusable={"wgpu_timestamps": "zero"})
    made = made_clock(*whole(), kernel | {"name": "wgpu_empty", "device": "gpu"})
    assert "wgpu_empty" not in rules.lacking(made, made_machine(gpu=OTHER))
