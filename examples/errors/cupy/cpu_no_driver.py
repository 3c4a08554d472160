"""cudaErrorInsufficientDriver: CUDA driver version is insufficient for CUDA runtime version."""

import cupy as cp

cp.ones(1)  # there is no driver at all
