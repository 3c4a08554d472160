"""CUDA C through CuPy: all threads count in one table, in the memory of the GPU."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void count(const unsigned char *x, unsigned *counts, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        atomicAdd(&counts[x[i]], 1);
}
"""
BLOCK = 256
count = cp.RawKernel(SOURCE, "count")


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    counts = cp.zeros(256, cp.uint32)
    grid = (x.size + BLOCK - 1) // BLOCK
    count((grid,), (BLOCK,), (x, counts, np.int32(x.size)))
    return counts


def to_host(counts):
    return cp.asnumpy(counts)


if __name__ == "__main__":
    x = np.random.default_rng().integers(0, 256, 1_000_000, dtype=np.uint8)
    print("zeros, ones, twos:", to_host(run(*to_device(x)))[:3])
