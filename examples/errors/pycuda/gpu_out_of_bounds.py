"""an illegal memory access was encountered."""

import numpy as np
import pycuda.autoprimaryctx
from pycuda.compiler import SourceModule

source = "__global__ void far(float *x) { x[1LL << 40] = 1; }"
far = SourceModule(source).get_function("far")
far(pycuda.driver.InOut(np.ones(1, dtype=np.float32)), block=(1, 1, 1))
