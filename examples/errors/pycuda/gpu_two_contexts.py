"""invalid resource handle."""

import cupy as cp
import numpy as np
import pycuda.autoinit  # noqa: F401  # makes a context of its own
from pycuda.compiler import SourceModule

x = cp.ones(1, dtype=np.float32)  # in the primary context, which is now current
double = SourceModule("__global__ void twice(float *x) { x[0] *= 2; }").get_function("twice")
double(np.intp(x.data.ptr), block=(1, 1, 1))
