"""What the judge takes for a GPU, and for a clock that is linear."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from survival import catalog, records
from survival.errors import RecordError
from survival.judge import gpus, rules
from survival.records import Gpu
from tests.survival.conftest import made_gpu, made_machine, made_record, made_variant

FEW = (100, 1000)
TIMES = {"compute": dict.fromkeys(FEW, 1e-4), "end_to_end": dict.fromkeys(FEW, 1e-3)}
APPLE = Gpu(model="Made-up M9", kind="integrated", api="Metal", driver="")


def webgpu(linearity: float | None = 1.0) -> dict[str, Any]:
    """A variant through WebGPU with such a clock."""
    made = made_variant("gpu_wgpu", TIMES)
    for t in made["timings"]:
        if t["scope"] == "compute":
            t["linearity"] = linearity
    return made


def judged(gpu: Gpu, **changes: Any) -> list[tuple[str, str]]:
    """Severity and words of what the rules on GPUs say."""
    record, machine = made_record(webgpu(**changes)), made_machine(gpu=gpu)
    found = [f for f in rules.judge_record(record, machine, None) if f.rule == "gpu"]
    return [(f.severity, f.says) for f in found]


@pytest.mark.parametrize(
    "gpu",
    [
        Gpu(model="llvmpipe (LLVM 15)", kind="software", api="Vulkan", driver="Mesa"),
        # A forged record, or an adapter that lied: its name gives it away.
        Gpu(model="SwiftShader Device (Subzero)", kind="discrete", api="Vulkan", driver=""),
        Gpu(model="Microsoft Basic Render Driver", kind="discrete", api="Direct3D 12", driver=""),
        Gpu(model="Fast card", kind="discrete", api="Vulkan", driver="Lavapipe 25"),
        made_gpu().model_copy(update={"kind": "software"}),
    ],
)
def test_a_program_that_plays_a_gpu_is_rejected(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says: the setting that lets tests run one is not the judge's."""
    monkeypatch.setenv("SURVIVAL_SOFTWARE_GPU", "allow")
    ((severity, says),) = judged(gpu)
    assert severity == "reject"
    assert "no evidence of one" in says


def test_a_program_picked_beside_a_real_gpu_is_rejected() -> None:
    """Its timer names the adapter."""
    variant = webgpu()
    variant["timings"][0]["timer"] = "wgpu 0.32.0 on llvmpipe (LLVM 15) (CPU) via Vulkan: 3 in one"
    found = rules.judge_record(made_record(variant), made_machine(gpu=made_gpu()), None)
    assert [f.severity for f in found if f.rule == "gpu"] == ["reject"]


def test_real_gpus_of_any_maker_are_taken() -> None:
    """Warp is also a unit of NVIDIA's hardware, and may be part of a longer word."""
    assert judged(APPLE) == []
    assert judged(Gpu(model="AMD Radeon Warpspeed", api="Vulkan", driver="made up")) == []
    assert not gpus.plays_a_gpu(made_gpu())


@pytest.mark.parametrize(
    ("linearity", "says"),
    [
        (0.84, "twice the work took 1.68 times as long"),
        (1.16, "twice the work took 2.32 times as long"),
        (None, "does not say whether its clock was linear"),
    ],
)
def test_a_clock_that_is_not_linear_is_marked(linearity: float | None, says: str) -> None:
    """Marked, not refused: on a busy machine it may be noise."""
    found = judged(APPLE, linearity=linearity)
    assert [s for s, _ in found] == ["mark", "mark"]
    assert says in found[0][1]


def test_a_linear_clock_is_not_marked() -> None:
    """Within 15 % to either side."""
    for linearity in (0.85, 1.0, 1.15):
        assert judged(APPLE, linearity=linearity) == []


def test_a_negative_time_is_no_record(tmp_path: Any) -> None:
    """Refused with one line that names the file."""
    record = made_record(webgpu()).model_dump(mode="json")
    record["variants"][0]["timings"][0]["samples"][0] = -1e-6
    path = tmp_path / "doubling.json"
    path.write_text(json.dumps(record))
    with pytest.raises(RecordError) as e:
        records.read_record(path)
    assert "doubling.json" in str(e.value)
    assert "\n" not in str(e.value)


def test_only_cuda_tells_what_only_cuda_knows() -> None:
    """A record of a Mac with a compute capability is forged, and one of CUDA without is broken."""
    fields = APPLE.model_dump() | {"compute_capability": "9.0"}
    with pytest.raises(ValidationError, match="no fields that only CUDA tells"):
        Gpu.model_validate(fields)
    with pytest.raises(ValidationError, match="a CUDA device tells"):
        Gpu(model="x", driver="1", memory_bytes=1)
    old = made_gpu().model_dump(exclude={"kind", "api"})
    assert Gpu.model_validate(old).api == "CUDA"


def test_the_published_records_are_of_no_program() -> None:
    """Whatever lies in results/ today."""
    for machine in records.read_results(catalog.RESULTS).machines.values():
        assert machine.gpu is None or not gpus.plays_a_gpu(machine.gpu)
