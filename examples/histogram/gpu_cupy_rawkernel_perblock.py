"""CUDA C through CuPy: each block counts in a table of its own, in shared memory."""

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
    __shared__ unsigned table[256];
    table[threadIdx.x] = 0;  // 256 threads, 256 bins
    __syncthreads();
    int step = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step)
        atomicAdd(&table[x[i]], 1);
    __syncthreads();
    atomicAdd(&counts[threadIdx.x], table[threadIdx.x]);
}
"""
BLOCK = 256
count = cp.RawKernel(SOURCE, "count")
GPU = cp.cuda.Device().attributes  # as many blocks as it runs at the same time:
MOST = GPU["MultiProcessorCount"] * (GPU["MaxThreadsPerMultiProcessor"] // BLOCK)


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    counts = cp.zeros(256, cp.uint32)
    blocks = min(MOST, (x.size + BLOCK - 1) // BLOCK)
    count((blocks,), (BLOCK,), (x, counts, np.int32(x.size)))
    return counts


def to_host(counts):
    return cp.asnumpy(counts)


if __name__ == "__main__":
    x = np.random.default_rng().integers(0, 256, 1_000_000, dtype=np.uint8)
    print("zeros, ones, twos:", to_host(run(*to_device(x)))[:3])
