"""CUDA C through CuPy: an order that never changes, and four loads of 16 bytes on their way."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
__device__ float sum(float4 v) { return (v.x + v.y) + (v.z + v.w); }
extern "C" __global__ void add_up(const float4 *x, float *sums, int n)
{
    __shared__ float parts[256];
    int t = threadIdx.x, first = blockIdx.x * 256 + t, step = gridDim.x * 256, i = first;
    float total = 0.0f;
    for (; i + 3 * step < n / 4; i += 4 * step) {  // four loads on their way, of 16 bytes each
        float4 a = x[i], b = x[i + step], c = x[i + 2 * step], d = x[i + 3 * step];
        total += (sum(a) + sum(b)) + (sum(c) + sum(d));
    }
    for (; i < n / 4; i += step)  // up to three more
        total += sum(x[i]);
    if (first < n % 4)  // what is left: up to three numbers
        total += ((const float *)x)[n - 1 - first];
    parts[t] = total;
    for (int by = 128; by > 0; by /= 2) {
        __syncthreads();
        if (t < by)
            parts[t] += parts[t + by];
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
    add_up((1,), (256,), (sums, total, np.int32(BLOCKS)))  # one block adds up their sums
    return total


def to_host(total):
    return cp.asnumpy(total)


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    sums = {float(to_host(run(*to_device(x)))[0]) for _ in range(100)}
    print("100 runs, different sums:", len(sums))
