"""The sum of absolute values: each thread adds its number to the total."""

import numpy as np
from numba import cuda

THREADS = 128


@cuda.jit
def add_up(x, total):
    i = cuda.grid(1)
    if i < x.size:
        cuda.atomic.add(total, 0, abs(x[i]))


def run(x):
    total = cuda.to_device(np.zeros(1, np.float32))
    blocks = max(1, (x.size + THREADS - 1) // THREADS)
    add_up[blocks, THREADS](cuda.to_device(x), total)
    return total.copy_to_host()[0]
