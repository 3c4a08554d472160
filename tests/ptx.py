"""What kernels compile to, without a GPU: CUDA C with NVRTC, Python with Numba and ptxas."""

import subprocess
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ARCHITECTURES = ("sm_75", "sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120")
"""What a kernel must compile for: from Turing, the oldest that CUDA 13 has, to Blackwell."""


def compile_to_ptx(text: str, *options: str) -> str:
    """Compile CUDA C to PTX with NVRTC; cuda.core does that only beside a driver."""
    from cuda.bindings import nvrtc

    _, program = nvrtc.nvrtcCreateProgram(text.encode(), b"kernel.cu", 0, [], [])
    given = [o.encode() for o in ("--gpu-architecture=compute_90", *options)]
    (status,) = nvrtc.nvrtcCompileProgram(program, len(given), given)
    assert status == nvrtc.nvrtcResult.NVRTC_SUCCESS
    _, size = nvrtc.nvrtcGetPTXSize(program)
    ptx = b" " * size
    nvrtc.nvrtcGetPTX(program, ptx)
    return ptx.decode()


def compile_to_cubin(text: str, arch: str, name: str = "kernel") -> tuple[bytes, str]:
    """Compile CUDA C to the machine code of a GPU that need not be here.

    Beside the code returns what ptxas says of it: "Used 32 registers", "0 bytes spill stores". A
    fault is told as `NAME(LINE): error: ...`, lines counted from the start of the text.
    """
    from cuda.core import Program, ProgramOptions

    said = StringIO()
    options = ProgramOptions(arch=arch, name=name, ptxas_options="-v")
    code = Program(text, "c++", options).compile("cubin", logs=said).code
    return bytes(code), said.getvalue()


class NumbaKernel(NamedTuple):
    """A kernel in Python, with the types of the arguments that its program gives it."""

    function: Any
    types: tuple[Any, ...]

    def to_ptx(self, arch: str) -> str:
        """Compile it as a launch would. Raises what Numba raises, such as TypingError."""
        from numba import cuda, types

        number = int(arch.removeprefix("sm_"))
        ptx, _ = cuda.compile(
            self.function, types.void(*self.types), device=False, abi="numba", cc=divmod(number, 10)
        )
        return str(ptx)


def numba_launches(run: Any, patch: pytest.MonkeyPatch) -> list[NumbaKernel]:
    """The kernels that `run` launches, which do not run: arrays stay where they are."""
    import numba
    import numpy as np
    from numba import cuda
    from numba.cuda.dispatcher import CUDADispatcher

    launches: list[NumbaKernel] = []

    def configure(kernel: Any, grid_and_block: Any) -> Any:
        return lambda *arguments: launches.append(
            NumbaKernel(kernel.py_func, tuple(map(numba.typeof, arguments)))
        )

    patch.setattr(cuda, "is_available", lambda: True)
    patch.setattr(cuda, "to_device", lambda array: array)
    patch.setattr(cuda, "device_array", np.empty)
    patch.setattr(cuda, "device_array_like", np.empty_like)
    patch.setattr(CUDADispatcher, "__getitem__", configure)
    run()
    return launches


def assemble(ptx: str, arch: str, folder: Path) -> bytes:
    """Turn PTX into machine code with the ptxas of nvidia-cuda-nvcc-cu12."""
    spec = find_spec("nvidia.cuda_nvcc")
    assert spec, "nvidia-cuda-nvcc-cu12 is not installed (requirements.in)"
    ptxas = next(
        p for f in spec.submodule_search_locations or () for p in Path(f).glob("bin/ptxas")
    )
    source, cubin = folder / "kernel.ptx", folder / "kernel.cubin"
    source.write_text(ptx)
    subprocess.run([ptxas, f"-arch={arch}", "-o", cubin, source], check=True, timeout=60)
    return cubin.read_bytes()
