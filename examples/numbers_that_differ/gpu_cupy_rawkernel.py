"""CUDA C through CuPy: a tree whose order never changes."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void add_up(const float *x, float *sums, int n)
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
        sums[blockIdx.x] = parts[0];  // a place of its own: no order to leave to chance
}
"""
BLOCKS = 1024  # on every GPU: the order of the additions depends on it
add_up = cp.RawKernel(SOURCE, "add_up")


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    sums, total = cp.empty(BLOCKS, cp.float32), cp.empty(1, cp.float32)
    add_up((BLOCKS,), (256,), (x, sums, np.int32(x.size)))
    add_up((1,), (256,), (sums, total, np.int32(BLOCKS)))  # one block adds up the blocks' sums
    return total


def to_host(total):
    return cp.asnumpy(total)


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    sums = {float(to_host(run(*to_device(x)))[0]) for _ in range(100)}
    print("100 runs, different sums:", len(sums))
