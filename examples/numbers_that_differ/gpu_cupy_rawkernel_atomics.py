"""CUDA C through CuPy: the blocks meet at one total, with atomics."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void add_up(const float *x, float *total_of_all, int n)
{
    __shared__ float parts[256];
    int t = threadIdx.x;
    float total = 0.0f;
    for (int i = blockIdx.x * 256 + t; i < n; i += gridDim.x * 256)
        total += x[i];
    parts[t] = total;
    for (int step = 128; step > 0; step /= 2) {
        __syncthreads();
        if (t < step)
            parts[t] += parts[t + step];
    }
    if (t == 0)
        atomicAdd(total_of_all, parts[0]);  // who comes first adds first
}
"""
BLOCKS = 1024
add_up = cp.RawKernel(SOURCE, "add_up")


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    total = cp.zeros(1, cp.float32)
    add_up((BLOCKS,), (256,), (x, total, np.int32(x.size)))
    return total


def to_host(total):
    return cp.asnumpy(total)


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    sums = {float(to_host(run(*to_device(x)))[0]) for _ in range(100)}
    print("100 runs, different sums:", len(sums))
