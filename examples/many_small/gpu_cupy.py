"""CuPy: a kernel for one step, launched once per step."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void step(const float *x, float *y, float *gauge, int k, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float mine = x[i], left = x[i > 0 ? i - 1 : n - 1];
    y[i] = mine + 0.25f * left * left - 0.25f * mine * mine;
    if (i == 0) gauge[k] = y[i];
}
"""
step = cp.RawKernel(SOURCE, "step")


def to_device(x, steps):
    return cp.asarray(x), steps


def run(x, steps):
    grid = (x.size + 255) // 256  # rounded up
    even, odd = cp.empty_like(x), cp.empty_like(x)  # in turn: one is read, the other written
    gauge = cp.empty(steps, cp.float32)
    for k in range(steps):
        step((grid,), (256,), (odd if k else x, even, gauge, np.int32(k), np.int32(x.size)))
        even, odd = odd, even
    return gauge


def to_host(gauge):
    return cp.asnumpy(gauge)


if __name__ == "__main__":
    x = np.float32(0.5 + 0.4 * np.sin(np.linspace(0, 6 * np.pi, 1024)))
    for reading in to_host(run(*to_device(x, 2048)))[::64]:
        print(" " * int(60 * reading) + "*")
