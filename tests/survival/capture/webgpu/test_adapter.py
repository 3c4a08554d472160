"""Which adapter is a GPU, and which is refused, with one line."""

from typing import Any

import pytest

from survival import catalog
from survival.capture import machine
from survival.capture.host import accelerator
from survival.capture.webgpu import adapter
from survival.records import Gpu
from tests.survival.capture.webgpu.conftest import look
from tests.survival.conftest import made_gpu


def made_adapter(**changes: str) -> adapter.Adapter:
    """What wgpu might tell of a card; made up."""
    told = {
        "device": "Made-up Radeon 1",
        "description": "made-up driver 1.0",
        "adapter_type": "DiscreteGPU",
        "backend_type": "Vulkan",
    } | changes
    return told | {"summary": f"{told['device']} via {told['backend_type']}"}


def variant(program: str) -> catalog.Variant:
    """A program of the guide, by its folder and file."""
    example, name = program.split("/")
    return catalog.get(example).variant(name)


LAVAPIPE = made_adapter(device="llvmpipe (LLVM 15.0.6, 256 bits)", adapter_type="CPU")
INTEGRATED = made_adapter(device="Made-up graphics", adapter_type="IntegratedGPU")


def chosen(*seen: adapter.Adapter, cuda: str = "", software: bool = False) -> Gpu | str:
    """What `choose` says of these adapters."""
    return adapter.choose(list(seen), cuda, software)[0]


def test_a_card_comes_before_the_chips_own_and_before_any_program() -> None:
    """Whatever order the drivers are listed in."""
    found = chosen(LAVAPIPE, INTEGRATED, made_adapter(), software=True)
    assert isinstance(found, Gpu)
    assert (found.model, found.kind, found.api) == ("Made-up Radeon 1", "discrete", "Vulkan")
    found = chosen(LAVAPIPE, INTEGRATED)
    assert isinstance(found, Gpu)
    assert found.kind == "integrated"


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (LAVAPIPE, "a program that plays a GPU on the CPU: no evidence of one"),
        (made_adapter(adapter_type="Unknown"), "does not say whether it is a GPU"),
        (made_adapter(adapter_type=""), "does not say whether it is a GPU"),
        (made_adapter(backend_type="OpenGL"), "reached through OpenGL, not Metal, Vulkan"),
        # These lie about their type.
        (made_adapter(device="SwiftShader Device (Subzero)"), "plays a GPU on the CPU"),
        (made_adapter(device="Microsoft Basic Render Driver"), "plays a GPU on the CPU"),
        (made_adapter(device="GPU", description="llvmpipe (LLVM 15)"), "plays a GPU on the CPU"),
    ],
)
def test_what_is_no_gpu_is_refused(seen: adapter.Adapter, says: str) -> None:
    """By its type, by what reaches it, or by its name where the type lies."""
    found = chosen(seen)
    assert isinstance(found, str)
    assert says in found
    assert found.isprintable()


def test_tests_may_run_a_program_which_is_then_called_one() -> None:
    """The record says `software`, also where the adapter lies about its type."""
    for seen in (LAVAPIPE, made_adapter(device="SwiftShader Device (Subzero)")):
        found = chosen(seen, software=True)
        assert isinstance(found, Gpu)
        assert found.kind == "software"


def test_no_driver_at_all_is_one_line() -> None:
    """Nothing is listed on a server without a graphics driver."""
    assert chosen() == "no driver for Vulkan, Metal or Direct3D 12 shows a GPU"


def test_beside_cuda_only_the_same_gpu_counts() -> None:
    """A laptop's second GPU is not measured into a record that names the first."""
    both = chosen(INTEGRATED, made_adapter(device="NVIDIA Made-up 5"), cuda="NVIDIA Made-up 5")
    assert isinstance(both, Gpu)
    assert both.model == "NVIDIA Made-up 5"
    other = chosen(INTEGRATED, cuda="NVIDIA Made-up 5")
    assert isinstance(chosen(LAVAPIPE, cuda="NVIDIA Made-up 5", software=True), str)
    assert other == "WebGPU reaches 'Made-up graphics', and the CUDA device is 'NVIDIA Made-up 5'"


def test_a_hostile_name_stays_one_short_line_and_makes_a_plain_folder() -> None:
    """A driver's name is a stranger's text."""
    name = "\x1b[31m<script>alert(1)</script>\n../../etc\u202e" + "x" * 1000
    found = chosen(made_adapter(device=name))
    assert isinstance(found, Gpu)
    assert found.model.isprintable()
    assert len(found.model) <= adapter.LONGEST
    assert set(machine.slug(machine.cpu(), found)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    nameless = chosen(made_adapter(device="\u0007 "))
    assert isinstance(nameless, Gpu)
    assert nameless.model == "a GPU without a name"
    assert machine.slug(machine.cpu(), made_gpu().model_copy(update={"model": "图形"})) == "gpu"


@pytest.mark.parametrize(
    ("found", "program", "says"),
    [
        ("no CUDA", "total/gpu_cupy", "no CUDA"),
        ("no CUDA", "attention/gpu_torch", "no CUDA"),
        ("no CUDA", "total/gpu_wgpu", "no adapter in this test"),
        (made_gpu(), "total/gpu_cupy", ""),
        (made_gpu(), "attention/gpu_torch", ""),
        (made_gpu(), "total/gpu_wgpu", "no adapter in this test"),
    ],
)
def test_why_a_variant_cannot_run_depends_on_its_library(
    found: Any, program: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CUDA's reasons are CUDA's, and WebGPU's are WebGPU's."""
    monkeypatch.setattr(machine, "gpu", lambda: found)
    assert adapter.why_not(variant(program), found if isinstance(found, str) else "") == says


RADEON, APPLE = made_adapter(), made_adapter(device="Apple M9", backend_type="Metal")
CUDA_ONLY = "needs CUDA; this GPU is "


@pytest.mark.parametrize(
    ("program", "seen", "torch", "says"),
    [
        ("attention/gpu_torch", RADEON, ("cuda", "Made-up Radeon 1 (RADV)"), ""),  # ROCm
        ("attention/gpu_torch", RADEON, ("xpu", "Made-up Radeon(TM) 1"), ""),
        ("attention/gpu_torch", APPLE, ("mps", ""), ""),
        ("attention/gpu_torch", RADEON, ("mps", ""), "PyTorch would take mps; this GPU is "),
        ("attention/gpu_torch", RADEON, ("xpu", "Other 2"), "PyTorch would take Other 2; this "),
        ("attention/gpu_torch", RADEON, accelerator.NONE, f"{accelerator.NONE}; this GPU is "),
        ("decode/gpu_torch_graph", APPLE, ("mps", ""), CUDA_ONLY),
        ("convolution/gpu_torch_tf32", APPLE, ("mps", ""), CUDA_ONLY),
        ("loading/gpu_torch_prefetched", APPLE, ("mps", ""), CUDA_ONLY),
        ("total/gpu_cupy", APPLE, ("mps", ""), CUDA_ONLY),
    ],
)
def test_a_program_for_any_accelerator_needs_no_cuda(
    program: str, seen: Any, torch: Any, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyTorch's runs where it finds this machine's GPU; what only CUDA has says so."""
    monkeypatch.setattr(machine, "gpu", lambda: "no CUDA")
    monkeypatch.setattr(adapter, "adapters", lambda: (seen,))
    monkeypatch.setattr(accelerator, "found", lambda: torch)
    said = adapter.why_not(variant(program), "no CUDA")
    assert said.startswith(says) if says else said == ""


def test_a_gpu_of_another_maker_is_this_machines_and_lacks_cuda(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is measured through WebGPU; what needs CUDA names it in its reason."""
    monkeypatch.setattr(machine, "gpu", lambda: "no CUDA")
    monkeypatch.setattr(adapter, "adapters", lambda: (made_adapter(),))
    found = adapter.this_gpu()
    assert isinstance(found, Gpu)
    assert found.api == "Vulkan"
    assert adapter.why_not(variant("total/gpu_wgpu"), "no CUDA") == ""
    says = "needs CUDA; this GPU is Made-up Radeon 1"
    assert adapter.why_not(variant("total/gpu_cupy"), "no CUDA") == says


def test_a_gpu_that_could_not_be_measured_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reason is what every later question is answered with."""
    monkeypatch.setattr(adapter, "adapters", lambda: (made_adapter(),))
    monkeypatch.setattr(adapter, "_given_up", "")
    adapter.give_up("it could not be measured")
    assert adapter.beside() == "it could not be measured"


def test_a_driver_that_takes_its_process_down_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a package that is not installed."""
    look.cache_clear()
    monkeypatch.setattr(adapter, "__name__", "no_such_module")
    said = look()
    look.cache_clear()
    assert isinstance(said, str)
    assert said.startswith("WebGPU cannot look for a GPU (")
    assert said.isprintable()


def test_what_does_not_fit_a_buffer_is_told_from_other_faults() -> None:
    """The library's own words are kept, without those that say where."""

    class GPUValidationError(Exception):
        pass

    class GPUOutOfMemoryError(Exception):
        pass

    binding = "Validation Error\n\n  Buffer binding 0 range 9 exceeds `max_x` limit 4"
    says = adapter.too_large(GPUValidationError(binding))
    assert says.endswith("allows: Buffer binding 0 range 9 exceeds `max_x` limit 4")
    size = "Validation Error\n\n  Buffer size 9 is greater than the maximum buffer size (4)"
    assert "Buffer size 9 is greater" in adapter.too_large(GPUValidationError(size))
    assert "memory" in adapter.too_large(GPUOutOfMemoryError("Out of memory"))
    assert adapter.too_large(GPUValidationError("Validation Error\n  Shader has no entry")) == ""
    assert adapter.too_large(ValueError("Buffer exceeds the limit")) == ""
