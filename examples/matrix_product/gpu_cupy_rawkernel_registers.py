"""CUDA C through CuPy's RawKernel: tiles, and each thread keeps 8 x 8 results in registers."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void __launch_bounds__(256, 2)
multiply(const float *a, const float *b, float *c, int n)
{
    __shared__ __align__(16) float tile_a[8][132], tile_b[8][128];  // 132: no bank conflicts
    int top = 128 * blockIdx.y, left = 128 * blockIdx.x, t = threadIdx.x;
    int y = t / 16 * 8, x = t % 16 * 4;  // 8 rows; 4 columns, and 4 that lie 64 further
    float total[8][8] = {};
    for (int k = 0; k < n; k += 8) {
        for (int e = t; e < t + 1024; e += 256) {
            int i = top + e / 8, ka = k + e % 8, kb = k + e / 128, j = left + e % 128;
            tile_a[e % 8][e / 8] = i < n && ka < n ? a[(size_t)i * n + ka] : 0.0f;
            tile_b[e / 128][e % 128] = kb < n && j < n ? b[(size_t)kb * n + j] : 0.0f;
        }
        __syncthreads();
        for (int d = 0; d < 8; d++)
            for (int v = 0; v < 8; v++)
                for (int h = 0; h < 8; h++)
                    total[v][h] += tile_a[d][y + v] * tile_b[d][x + h % 4 + h / 4 * 64];
        __syncthreads();
    }
    for (int e = 0; e < 64; e++) {
        int i = top + y + e / 8, j = left + x + e % 4 + e % 8 / 4 * 64;
        if (i < n && j < n) c[(size_t)i * n + j] = total[e / 8][e % 8];
    }
}
"""
multiply = cp.RawKernel(SOURCE, "multiply")


def to_device(a, b):
    return cp.asarray(a), cp.asarray(b)


def run(a, b):
    c, n, tiles = cp.empty_like(a), len(a), (len(a) + 127) // 128  # rounded up
    multiply((tiles, tiles), (256,), (a, b, c, np.int32(n)))
    return c


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
