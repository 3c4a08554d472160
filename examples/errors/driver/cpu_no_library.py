"""libcuda.so.1: cannot open shared object file: No such file or directory."""

import ctypes

ctypes.CDLL("libcuda.so.1")  # what every program does that uses CUDA's driver
