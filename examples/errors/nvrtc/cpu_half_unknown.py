"""identifier "__half_raw" is undefined."""

from cuda.bindings import nvrtc

source = b"__device__ __half_raw x;"  # without #include <cuda_fp16.h>
_, program = nvrtc.nvrtcCreateProgram(source, b"kernel.cu", 0, [], [])
nvrtc.nvrtcCompileProgram(program, 0, [])
_, size = nvrtc.nvrtcGetProgramLogSize(program)
log = bytes(size)
nvrtc.nvrtcGetProgramLog(program, log)
print(log.decode())
