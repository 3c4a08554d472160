"""Every GPU variant computes what the oracle computes, on a real GPU (make test-gpu)."""

import ctypes
import sys
from typing import Any

import pytest


def cuda_devices() -> int:
    """How many CUDA devices the driver offers; 0 without a driver."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(cuda_devices() == 0, reason="no CUDA device is here"),
    # A small test leaves most of the GPU idle, and Numba says so.
    pytest.mark.filterwarnings("ignore:Grid size"),
]


def test_equals_the_oracle(gpu_case: Any, sizes: Any) -> None:
    """The variant agrees with the float64 oracle at one, at primes, around a block, and large."""
    for n in [*sizes(gpu_case.problem), gpu_case.problem.SIZES[3]]:
        inputs = gpu_case.inputs(n)
        try:
            result = gpu_case.solve(*inputs)
        except SystemExit as e:  # a library is missing: its one clear line
            pytest.skip(str(e))
        gpu_case.verify(result, inputs)
