"""CUDA C through cuda.core: it compiles and launches the tiled kernel; CuPy has the arrays."""

import numpy as np

try:
    import cupy as cp
    from cuda.core import Device, LaunchConfig, Program, ProgramOptions, launch
except ImportError:
    raise SystemExit("Needs cuda.core: pip install 'cuda-core[cu12]' cupy-cuda12x.") from None

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
device = Device()
device.set_current()
options = ProgramOptions(arch=f"sm_{device.arch}")
multiply = Program(SOURCE, "c++", options).compile("cubin").get_kernel("multiply")


def to_device(a, b):
    return cp.asarray(a), cp.asarray(b)


def run(a, b):
    c, n, tiles = cp.empty_like(a), len(a), (len(a) + 31) // 32  # rounded up
    config = LaunchConfig(grid=(tiles, tiles), block=(32, 32))
    pointers = a.data.ptr, b.data.ptr, c.data.ptr
    launch(device.default_stream, config, multiply, *pointers, np.int32(n))
    return c


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
