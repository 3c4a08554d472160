"""could not open source file "vector_types.h"."""

from cuda.bindings import nvrtc

source = b"#include <vector_types.h>"  # and no folder of headers
_, program = nvrtc.nvrtcCreateProgram(source, b"kernel.cu", 0, [], [])
nvrtc.nvrtcCompileProgram(program, 0, [])
_, size = nvrtc.nvrtcGetProgramLogSize(program)
log = bytes(size)
nvrtc.nvrtcGetProgramLog(program, log)
print(log.decode())
