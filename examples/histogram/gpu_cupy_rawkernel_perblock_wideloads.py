"""CUDA C through CuPy: a table for each block, as before, but 16 bytes in each load."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void count(const uint4 *x, unsigned *counts, int n)
{
    __shared__ unsigned table[256];
    table[threadIdx.x] = 0;  // 256 threads, 256 bins
    __syncthreads();
    int first = blockIdx.x * blockDim.x + threadIdx.x, step = gridDim.x * blockDim.x;
    for (int i = first; i < n / 16; i += step) {
        uint4 v = x[i];
        for (unsigned four : {v.x, v.y, v.z, v.w})
            for (int shift = 0; shift < 32; shift += 8)
                atomicAdd(&table[four >> shift & 255], 1);
    }
    if (first < n % 16)  // what is left: up to fifteen bytes
        atomicAdd(&table[((const unsigned char *)x)[n - 1 - first]], 1);
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
    blocks = min(MOST, (x.size + 16 * BLOCK - 1) // (16 * BLOCK))
    count((blocks,), (BLOCK,), (x, counts, np.int32(x.size)))
    return counts


def to_host(counts):
    return cp.asnumpy(counts)


if __name__ == "__main__":
    x = np.random.default_rng().integers(0, 256, 1_000_000, dtype=np.uint8)
    print("zeros, ones, twos:", to_host(run(*to_device(x)))[:3])
