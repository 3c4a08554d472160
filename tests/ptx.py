"""What kernels compile to, without a GPU: CUDA C with NVRTC, Python with Numba and ptxas."""

from typing import Any

from survival.capture.compiled.kernels import NumbaKernel, recorded_launches

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


def numba_launches(run: Any) -> list[NumbaKernel]:
    """The kernels that `run` launches, which do not run: arrays stay where they are."""
    with recorded_launches() as launches:
        run()
    return launches
