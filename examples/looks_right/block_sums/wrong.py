"""Sums of blocks of 64: a tree in shared memory, in step within a warp."""

import numpy as np
from numba import cuda, float32

THREADS = 64


@cuda.jit
def block_sums(x, sums):
    part = cuda.shared.array(THREADS, float32)
    t, i = cuda.threadIdx.x, cuda.grid(1)
    part[t] = x[i] if i < x.size else 0
    cuda.syncthreads()
    step = THREADS // 2
    while step > 0:
        if t < step:
            part[t] += part[t + step]
        if step > 32:  # a warp runs in step
            cuda.syncthreads()
        step //= 2
    if t == 0:
        sums[cuda.blockIdx.x] = part[0]


def run(x):
    blocks = max(1, (x.size + THREADS - 1) // THREADS)
    sums = cuda.device_array(blocks, np.float32)
    block_sums[blocks, THREADS](cuda.to_device(x), sums)
    return sums.copy_to_host()
