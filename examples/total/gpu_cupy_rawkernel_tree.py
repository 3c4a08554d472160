"""CUDA C through CuPy: each block adds up its 256 numbers in a tree, in shared memory."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void add_up(const float *x, float *total, int n)
{
    __shared__ float sums[256];
    int i = blockIdx.x * blockDim.x + threadIdx.x, t = threadIdx.x;
    sums[t] = i < n ? x[i] : 0.0f;
    for (int step = 128; step > 0; step /= 2) {
        __syncthreads();
        if (t < step)
            sums[t] += sums[t + step];
    }
    if (t == 0)
        atomicAdd(total, sums[0]);
}
"""
BLOCK = 256
add_up = cp.RawKernel(SOURCE, "add_up")


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    total = cp.zeros(1, cp.float32)
    grid = (x.size + BLOCK - 1) // BLOCK
    add_up((grid,), (BLOCK,), (x, total, np.int32(x.size)))
    return total


def to_host(total):
    return cp.asnumpy(total)


if __name__ == "__main__":
    x = np.random.default_rng().random(1_000_000, dtype=np.float32)
    print("the sum of", x[:3], "and so on is", to_host(run(*to_device(x))))
