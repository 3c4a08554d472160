"""What CUDA C compiles to, in a form that a test can read; it needs NVRTC and no GPU."""


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
