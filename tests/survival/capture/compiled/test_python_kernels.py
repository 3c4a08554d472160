"""Kernels that Triton and Warp compile, and what a cubin tells of itself."""

import sys

import pytest

from survival import catalog
from survival.capture.compiled import cubin, python_kernels, record
from survival.capture.compiled.compilers import to_cubin, used
from survival.errors import CaptureError
from survival.judge.compiled import FACTS
from survival.records import COMPILED, read_compiled

KERNEL = """
extern "C" __global__ void turn(const float *x, float *y, int n)
{
    __shared__ float tile[256];
    float own[64];
    for (int k = 0; k < 64; k++) own[k] = 0;
    for (int k = 0; k < n; k++) own[(7 * k + threadIdx.x) % 64] += x[k];
    tile[threadIdx.x] = own[n % 64];
    __syncthreads();
    y[threadIdx.x] = tile[255 - threadIdx.x];
}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="NVRTC is installed on Linux only")
@pytest.mark.parametrize("arch", ["sm_75", "sm_90", "sm_100"])
def test_a_cubin_tells_what_ptxas_tells(arch: str) -> None:
    """Registers and stack are those that ptxas counted; shared memory has what the system adds."""
    code, said = to_cubin(KERNEL, arch)
    told, found = used(said)["turn"], cubin.needs(code)["turn"]
    assert (found.registers, found.stack) == (told.registers, told.stack)
    assert told.stack == 256
    assert found.shared >= told.shared >= 1024


@pytest.mark.frameworks
@pytest.mark.parametrize("name", ["gpu_triton", "gpu_warp"])
def test_what_is_recorded_is_what_comes_out(name: str) -> None:
    """The committed kernel of saxpy, compiled again for one architecture."""
    example = catalog.get("saxpy")
    variant = example.variant(name)
    pytest.importorskip(variant.library)
    (kernel,) = record._variant(example, variant, ("sm_90",)).kernels
    held = read_compiled(catalog.RESULTS / COMPILED / "saxpy.json")
    (same,) = [
        k for v in held.variants if v.name == name for k in v.kernels if k.architecture == "sm_90"
    ]
    assert kernel == same


def test_without_its_compiler_a_kernel_keeps_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the versions that compiled it; one that was never compiled says what is missing."""
    example = catalog.get("saxpy")
    held = read_compiled(catalog.RESULTS / COMPILED / "saxpy.json")

    def missing(*packages: str) -> dict[str, str]:
        if set(packages) & {p for each in python_kernels.PACKAGES.values() for p in each}:
            raise CaptureError("Triton is not installed")
        return dict.fromkeys(packages, "1")

    monkeypatch.setattr(record.compilers, "versions", missing)
    monkeypatch.setattr(record, "has_kernels", lambda v: v.name == "gpu_triton")
    again = record.compile_example(example, held=held)
    assert again.variants == [v for v in held.variants if v.name == "gpu_triton"]
    assert again.tools["triton"] == held.tools["triton"]
    assert FACTS["load_bits"].of(again.variants[0].kernels[0]) == 128
    with pytest.raises(CaptureError, match="Triton is not installed"):
        record.compile_example(example)
