"""Every kernel compiles without a GPU, and what is written in Python runs in the simulator too."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survival.capture.compiled.compilers import assemble, to_cubin
from tests.examples.conftest import EXAMPLES, Case, allowed_sizes
from tests.ptx import ARCHITECTURES, compile_to_ptx, numba_launches
from tests.standin.problems import load

needs_nvrtc = pytest.mark.skipif(
    sys.platform != "linux", reason="NVRTC is installed on Linux only (requirements.in)"
)
needs_numba_cuda = pytest.mark.skipif(
    sys.platform != "linux", reason="numba-cuda is installed on Linux only (requirements.in)"
)


@needs_nvrtc
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_cuda_c_compiles(cuda_source: Any, arch: str) -> None:
    """The kernel compiles for every GPU from Turing to Blackwell, and fits into its registers."""
    name = f"{cuda_source.path.parent.name}/{cuda_source.path.name}: CUDA C"
    code, said = to_cubin(cuda_source.text, arch, name)
    assert len(code) > 500
    assert " 0 bytes spill stores" in said


@needs_nvrtc
def test_precision_is_the_named_one(cuda_source: Any) -> None:
    """Only a file named _float64 has float64 arithmetic: one literal 4.0 would be enough."""
    ptx = compile_to_ptx(cuda_source.text)
    assert ".entry" in ptx
    assert (".f64" in ptx) == cuda_source.path.stem.endswith("_float64")


@needs_nvrtc
def test_too_few_registers_show() -> None:
    """What does not fit into the registers is told: 64 numbers, where a thread has 32 registers."""
    text = """
    extern "C" __global__ void __launch_bounds__(1024, 2) many(float *x, int n)
    {
        float v[64];
        for (int k = 0; k < 64; k++) v[k] = x[k * 1024 + threadIdx.x];
        for (int i = 0; i < n; i++)
            for (int k = 0; k < 64; k++) v[k] = v[k] * v[k] + v[(k + 1) % 64];
        for (int k = 0; k < 64; k++) x[k * 1024 + threadIdx.x] = v[k];
    }
    """
    assert " 0 bytes spill stores" not in to_cubin(text, "sm_90")[1]


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
    to_cubin(text, "sm_90")
    assert good in text
    with pytest.raises(Exception, match="error"):
        to_cubin(text.replace(good, broken), "sm_90")


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


@needs_numba_cuda
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_numba_cuda_compiles(simulated_case: Any, arch: str) -> None:
    """The kernel compiles to machine code, with the types that its program gives it.

    The simulator below runs plain Python, and so takes what the compiler refuses.
    """
    kernels = launched(simulated_case)
    assert kernels
    for kernel in kernels:
        assert len(assemble(kernel.to_ptx(arch), arch)[0]) > 500


@needs_numba_cuda
def test_a_tile_of_no_constant_size_does_not_compile() -> None:
    """A sum where the size of shared memory stands, which the simulator takes, is refused."""
    transpose = EXAMPLES / "transpose"
    case = Case(transpose / "problem.py", transpose / "gpu_numba.py")
    (kernel,) = launched(case, ("(TILE, WIDE)", "(TILE, TILE + 1)"))
    with pytest.raises(Exception, match=r"No implementation of function .*shared\.array"):
        kernel.to_ptx("sm_90")


def launched(case: Case, *replaced: tuple[str, str]) -> Any:
    """The Numba kernels that a program launches, at some small size."""
    inputs = case.inputs(next(iter(allowed_sizes(case.problem, (97,)))))

    def run() -> None:
        variant = load(case.variant_path, *replaced)
        variant.run(*variant.to_device(*inputs))

    return numba_launches(run)


@needs_numba_cuda
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
