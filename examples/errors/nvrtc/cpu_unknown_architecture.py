"""invalid value for --gpu-architecture."""

from cuda.bindings import nvrtc

source, options = b"", [b"-arch=sm_20"]  # a generation that CUDA 12 does not know
_, program = nvrtc.nvrtcCreateProgram(source, b"kernel.cu", 0, [], [])
nvrtc.nvrtcCompileProgram(program, 1, options)
_, size = nvrtc.nvrtcGetProgramLogSize(program)
log = bytes(size)
nvrtc.nvrtcGetProgramLog(program, log)
print(log.decode())
