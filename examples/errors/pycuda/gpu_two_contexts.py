"""invalid resource handle."""

import cupy as cp
import numpy as np
import pycuda.autoinit  # noqa: F401  # makes a context of its own
from pycuda.compiler import SourceModule

double = SourceModule("__global__ void twice(float *x) { x[0] *= 2; }").get_function("twice")
cp.cuda.Device(0).use()  # CUDA's runtime makes the primary context current
x = cp.ones(1, dtype=np.float32)
double(np.intp(x.data.ptr), block=(1, 1, 1))  # a function of the other context
