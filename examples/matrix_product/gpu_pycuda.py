"""CUDA C through PyCUDA: each block fetches a tile once, and all its threads use it."""

import numpy as np

try:
    from pycuda import autoprimaryctx, compiler, gpuarray, tools
except Exception as error:
    raise SystemExit(f"This program needs PyCUDA and an NVIDIA GPU (chapter 3): {error}") from None

SOURCE = """
__global__ void multiply(const float *a, const float *b, float *c, int n)
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
try:
    multiply = compiler.SourceModule(SOURCE).get_function("multiply")
except OSError as error:
    raise SystemExit(f"PyCUDA needs nvcc, the CUDA compiler (chapter 3): {error}") from None

pool = tools.DeviceMemoryPool()  # keeps freed memory for the next call: asking CUDA is slow


def to_device(a, b):
    return gpuarray.to_gpu(a, pool.allocate), gpuarray.to_gpu(b, pool.allocate)


def run(a, b):
    c, n, tiles = gpuarray.empty_like(a), len(a), (len(a) + 31) // 32  # rounded up
    multiply(a, b, c, np.int32(n), grid=(tiles, tiles), block=(32, 32, 1))
    return c


def to_host(c):
    return c.get()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"off by at most {abs(c - exact).max():.1e}, on {autoprimaryctx.device.name()}")
