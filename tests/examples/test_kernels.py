"""Every kernel compiles or runs without a GPU: CUDA C with NVRTC, Python in the simulator."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ptx import compile_to_ptx

needs_nvrtc = pytest.mark.skipif(
    sys.platform != "linux", reason="NVRTC is installed on Linux only (requirements.in)"
)
ARCHITECTURES = ("sm_75", "sm_90", "sm_100")


def compile_to_cubin(text: str, arch: str, name: str = "kernel") -> bytes:
    """Compile CUDA C to the machine code of a GPU that need not be here.

    A fault is told as `NAME(LINE): error: ...`, lines counted from the start of the text.
    """
    from cuda.core import Program, ProgramOptions

    return bytes(Program(text, "c++", ProgramOptions(arch=arch, name=name)).compile("cubin").code)


@needs_nvrtc
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_cuda_c_compiles(cuda_source: Any, arch: str) -> None:
    """The kernel compiles to machine code for an old, a current and a new GPU."""
    name = f"{cuda_source.path.parent.name}/{cuda_source.path.name}: CUDA C"
    assert len(compile_to_cubin(cuda_source.text, arch, name)) > 500


@needs_nvrtc
def test_precision_is_the_named_one(cuda_source: Any) -> None:
    """Only a file named _float64 has float64 arithmetic: one literal 4.0 would be enough."""
    ptx = compile_to_ptx(cuda_source.text)
    assert ".entry" in ptx
    assert (".f64" in ptx) == cuda_source.path.stem.endswith("_float64")


@needs_nvrtc
@pytest.mark.parametrize(
    ("good", "broken"), [("c[i] = a[i]", "c[i] = missing[i]"), ("+ b[i];", "+ b[i]")]
)
def test_a_broken_kernel_does_not_compile(good: str, broken: str) -> None:
    """The same compilation fails for a kernel with an unknown name or a lost semicolon."""
    text = """
    extern "C" __global__ void add(const float *a, const float *b, float *c, int n)
    {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i < n)
            c[i] = a[i] + b[i];
    }
    """
    compile_to_cubin(text, "sm_90")
    assert good in text
    with pytest.raises(Exception, match="error"):
        compile_to_cubin(text.replace(good, broken), "sm_90")


def test_every_cuda_c_file_is_found(listing: Path, find_cuda: Any) -> None:
    """No file that mentions one of the ways to write CUDA C escapes the compilation above."""
    words = ("__global__", "ElementwiseKernel", "RawKernel", "SourceModule")
    if any(word in listing.read_text(encoding="utf-8") for word in words):
        assert find_cuda(listing)


SIMULATE = """
import runpy, sys
import numpy as np
variant = runpy.run_path(sys.argv[1])
with np.load(sys.argv[2]) as saved:
    for n in sorted({name.split("_")[0] for name in saved}):
        inputs = [saved[f"{n}_{k}"] for k in range(len(saved)) if f"{n}_{k}" in saved]
        inputs = [i if i.ndim else i.item() for i in inputs]
        result = variant["to_host"](variant["run"](*variant["to_device"](*inputs)))
        np.save(sys.argv[3] + f"/{n}.npy", result)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="numba-cuda is installed on Linux only")
def test_numba_cuda_in_the_simulator(simulated_case: Any, sizes: Any, tmp_path: Path) -> None:
    """The kernel in Python agrees with the oracle in Numba's simulator, at odd sizes too."""
    tested = {n: simulated_case.inputs(n) for n in sizes(simulated_case.problem, (1, 97, 257, 390))}
    arrays = {f"{n}_{k}": a for n, inputs in tested.items() for k, a in enumerate(inputs)}
    np.savez(tmp_path / "inputs.npz", **arrays)
    subprocess.run(
        [sys.executable, "-c", SIMULATE, simulated_case.variant_path, "inputs.npz", "."],
        cwd=tmp_path,
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        check=True,
        timeout=60,
    )
    for n, inputs in tested.items():
        simulated_case.verify(np.load(tmp_path / f"{n}.npy"), inputs)
