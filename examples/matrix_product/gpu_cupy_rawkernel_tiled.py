"""CUDA C through CuPy's RawKernel: each block fetches a tile once, and all its threads use it."""

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
    __shared__ float part_of_a[32][32], part_of_b[32][32];
    int x = threadIdx.x, y = threadIdx.y, j = 32 * blockIdx.x + x, i = 32 * blockIdx.y + y;
    float total = 0.0f;
    for (int k = 0; k < n; k += 32) {
        part_of_a[y][x] = i < n && k + x < n ? a[(size_t)i * n + k + x] : 0.0f;
        part_of_b[y][x] = k + y < n && j < n ? b[(size_t)(k + y) * n + j] : 0.0f;
        __syncthreads();  // the tile is complete
        for (int d = 0; d < 32; d++)
            total += part_of_a[y][d] * part_of_b[d][x];
        __syncthreads();  // nobody needs it any more
    }
    if (i < n && j < n)
        c[(size_t)i * n + j] = total;
}
"""
multiply = cp.RawKernel(SOURCE, "multiply")


def to_device(a, b):
    return cp.asarray(a), cp.asarray(b)


def run(a, b):
    n, tiles = len(a), (len(a) + 31) // 32  # rounded up: tiles at the border may stick out
    c = cp.empty((n, n), cp.float32)
    multiply((tiles, tiles), (32, 32), (a, b, c, np.int32(n)))
    return c


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
