"""cudaErrorNoDevice: no CUDA-capable device is detected."""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""  # before CUDA begins
import cupy as cp

cp.ones(1)
