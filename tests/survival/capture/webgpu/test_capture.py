"""A capture through WebGPU, whole, on a program that plays a GPU: for tests, and never kept."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survival import records
from survival.capture import limits, machine, processes, run, timers
from survival.capture import plan as planning
from survival.judge import rules
from survival.judge.findings import Finding
from survival.records import Ceilings, Gpu, Variant
from tests.survival.conftest import made_machine

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ceilings that nothing reaches, no CUDA, and as little time as possible."""
    monkeypatch.setattr(machine, "gpu", lambda: "no CUDA in this test")
    monkeypatch.setattr(limits, "measured_ceilings", lambda mode, capture: made_machine().ceilings)
    quick = timers.Budget(target=0.01, limit=5.0)
    monkeypatch.setattr(planning, "BUDGETS", {"full": quick, "quick": quick})
    monkeypatch.setattr(planning, "commit", lambda: "0" * 40)


def captured(examples: Path) -> tuple[Path, list[Finding]]:
    """The folder of a quick capture, and what the judge says of it."""
    folder = examples.parent / "local"
    plan = planning.plan([], "quick", folder, True, examples)
    return folder, [f for _, found in run.run(plan, lambda *_: None) for f in found]


def variant(folder: Path) -> Variant:
    """What was recorded of the WebGPU variant."""
    return records.read_record(folder / "doubling.json").variant("gpu_wgpu")


def without_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test write what the judge rejects everywhere else."""
    kept = tuple(r for r in rules.RECORD_RULES if r is not rules.no_software_gpu)
    monkeypatch.setattr(rules, "RECORD_RULES", kept)


def test_a_program_that_plays_a_gpu_is_never_recorded(software: Any, webgpu_examples: Make) -> None:
    """The setting that lets tests run it does not bind the judge."""
    folder, findings = captured(webgpu_examples())
    assert [f.rule for f in findings if f.rejects] == ["gpu"]
    assert "no evidence of one" in next(f.says for f in findings if f.rejects)
    assert not (folder / "doubling.json").exists()


def test_every_size_is_checked_and_timed_in_both_scopes(
    software: Any, webgpu_examples: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the batch on the GPU, and by pyperf for the whole way; the CUDA variant says why not."""
    without_the_rule(monkeypatch)
    folder, findings = captured(webgpu_examples())
    assert not [f.message for f in findings if f.fails]
    this = records.read_machine(folder / "machine.json")
    assert this.gpu is not None
    assert (this.gpu.kind, this.gpu.api) == ("software", "Vulkan")
    record = records.read_record(folder / "doubling.json")
    assert "wgpu" in record.libraries
    found = record.variant("gpu_wgpu")
    assert found.status == "measured", found.reason
    for n in (8, 16, 32, 64, 128):
        compute, whole = found.timing(n, "compute"), found.timing(n, "end_to_end")
        assert compute is not None
        assert whole is not None
        assert re.match(r"wgpu [\d.]+ on .* via Vulkan: ", compute.timer)
        assert compute.linearity is not None
        assert whole.timer.startswith("pyperf")
        assert whole.linearity is None
    other = next(v for v in record.variants if v.device == "gpu" and v.name != "gpu_wgpu")
    assert other.reason.startswith("needs CUDA; this GPU is ")


def test_a_wrong_kernel_is_not_timed(
    software: Any, webgpu_examples: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is held against the oracle as for every other variant."""
    without_the_rule(monkeypatch)
    folder, _ = captured(webgpu_examples(lambda s: s.replace("2.0 * a[", "2.1 * a[")))
    found = variant(folder)
    assert found.status == "failed"
    assert found.reason.startswith("wrong at size 8")


def test_a_size_beyond_a_buffers_limit_is_left_out(
    software: Any, webgpu_examples: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And smaller ones are measured all the same."""
    without_the_rule(monkeypatch)
    big = "size=a.nbytes if a.size < 100 else 2**40, usage"
    folder, _ = captured(webgpu_examples(lambda s: s.replace("size=a.nbytes, usage", big)))
    found = variant(folder)
    assert found.status == "measured", found.reason
    assert found.timing(64, "compute")  # On a busy machine another may be left out for being slow.
    why = "at 128: a buffer would be larger than this GPU allows"
    large = {(x.size, x.scope) for x in found.left_out if why in x.reason}
    assert large == {(128, "compute"), (128, "end_to_end")}


def test_without_a_gpu_the_reason_is_recorded(webgpu_examples: Make) -> None:
    """The other variants are measured as ever."""
    folder, findings = captured(webgpu_examples())
    assert not [f for f in findings if f.fails]
    found = variant(folder)
    assert (found.status, found.reason) == ("not_run", "no adapter in this test")
    assert records.read_machine(folder / "machine.json").gpu is None


def test_first_calls_are_timed_in_fresh_processes(
    software: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the import of wgpu to the first result."""
    import pickle

    import numpy as np

    from tests.survival.capture.webgpu.conftest import VARIANT

    path = tmp_path / "gpu_wgpu.py"
    path.write_text(VARIANT)
    (tmp_path / "64.inputs").write_bytes(pickle.dumps((np.ones(64, np.float32),)))
    entry: dict[str, Any] = {"checks": [{"size": 64, "error": 0.0}], "timings": [], "left_out": []}
    job = {"folder": str(tmp_path), "first_calls": 2, "process": 0, "order": 0, "begun": 0.0}
    processes.add_first_call(entry, path, job, 64, 60.0)
    assert entry["left_out"] == []
    assert entry["timings"][0]["median"] > 0.05


def test_its_ceilings_are_measured_on_the_same_path(
    software: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies, additions, reads, multiply-adds, both ways to the device, and a launch."""
    from survival.capture.ceilings import Effort
    from survival.capture.webgpu import ceilings

    monkeypatch.setattr(ceilings, "EFFORTS", {"quick": Effort(0.001, 2**18)})
    monkeypatch.setattr(ceilings, "MULTIPLY_ADDS", 16)
    monkeypatch.setattr("survival.capture.webgpu.batch.WARM", 0.0)
    found = Ceilings.model_validate(ceilings.measure("quick").model_dump())
    assert {r.kernel for r in found.memory} == {"copy", "add", "read"}
    assert len({r.working_set for r in found.memory}) >= 2
    assert found.operation_rate("gpu", "float32") > 0
    assert {t.direction for t in found.transfers} == {"to_device", "to_host"}
    assert found.launch_seconds


@pytest.mark.parametrize("name", ["copy", "add", "read"])
def test_the_kernels_of_the_ceilings_do_what_they_are_counted_for(software: Any, name: str) -> None:
    """A kernel that moved less than it is given credit for would raise the limit."""
    import numpy as np

    from survival.capture.webgpu import ceilings

    gpu = ceilings.Gpu()
    a, b = np.random.default_rng(1).random((2, 2**14), np.float32)
    n = a.size // (ceilings.PER_READER if name == "read" else 1)
    buffers = [gpu.buffer(x) for x in (a, np.zeros(n, np.float32), b)]
    sizes = (a.nbytes, 4 * n, b.nbytes)
    ceilings.stream(gpu, name, buffers, sizes)(n // 4)
    got = np.frombuffer(gpu.device.queue.read_buffer(buffers[1]), np.float32)
    wanted = {"copy": a, "add": a + b, "read": a.reshape(ceilings.PER_READER, -1).sum(0)}[name]
    assert np.allclose(got, wanted, rtol=1e-5)


def test_a_gpu_that_cannot_be_measured_stops_no_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CPU's ceilings stay, and every later question has the reason for an answer."""
    from survival.capture.host import simd
    from survival.capture.webgpu import adapter
    from survival.errors import CaptureError
    from tests.survival.capture.webgpu.test_adapter import made_adapter

    def own_process(fault: str, module: str, *args: str) -> str:
        if "webgpu" in module:
            raise CaptureError("its driver fell over")
        if module.endswith("simd"):
            return simd.look().model_dump_json()
        return made_machine().ceilings.model_dump_json()

    monkeypatch.undo()
    monkeypatch.setattr(machine, "gpu", lambda: "no CUDA in this test")
    monkeypatch.setattr(adapter, "_given_up", "")
    monkeypatch.setattr(adapter, "adapters", lambda: (made_adapter(),))
    monkeypatch.setattr(limits, "own_process", own_process)
    assert isinstance(adapter.this_gpu(), Gpu)
    assert limits.this_machine("quick", "no CUDA in this test").gpu is None
    assert "its driver fell over" in str(adapter.beside())
