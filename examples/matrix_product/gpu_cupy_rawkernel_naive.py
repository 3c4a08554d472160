"""CUDA C through CuPy's RawKernel, by the definition: one thread per number of the result."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void multiply(const float *a, const float *b, float *c, int n)
{
    int j = blockIdx.x * blockDim.x + threadIdx.x, i = blockIdx.y * blockDim.y + threadIdx.y;
    if (i >= n || j >= n)
        return;
    float total = 0.0f;
    for (int k = 0; k < n; k++)
        total += a[(size_t)i * n + k] * b[(size_t)k * n + j];
    c[(size_t)i * n + j] = total;
}
"""
multiply = cp.RawKernel(SOURCE, "multiply")
BLOCK = (32, 8)


def to_device(a, b):
    return cp.asarray(a), cp.asarray(b)


def run(a, b):
    n = len(a)
    c = cp.empty((n, n), cp.float32)
    grid = (n + BLOCK[0] - 1) // BLOCK[0], (n + BLOCK[1] - 1) // BLOCK[1]  # rounded up
    multiply(grid, BLOCK, (a, b, c, np.int32(n)))
    return c


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
