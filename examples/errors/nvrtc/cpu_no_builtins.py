"""failed to open libnvrtc-builtins."""

import ctypes
import shutil
import tempfile

import nvidia.cuda_nvrtc

# The compiler, copied to a folder where its other half is not.
alone = shutil.copy(f"{nvidia.cuda_nvrtc.__path__[0]}/lib/libnvrtc.so.12", tempfile.mkdtemp())
nvrtc, program, log = ctypes.CDLL(alone), ctypes.c_void_p(), ctypes.create_string_buffer(999)
nvrtc.nvrtcCreateProgram(ctypes.byref(program), b"", b"kernel.cu", 0, None, None)
nvrtc.nvrtcCompileProgram(program, 0, None)
nvrtc.nvrtcGetProgramLog(program, log)
print(log.value.decode())
