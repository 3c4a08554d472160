"""CUDA C through PyCUDA: one thread per pixel."""

import numpy as np

try:
    from pycuda import autoprimaryctx, compiler, gpuarray, tools
except Exception as error:
    raise SystemExit(f"This program needs PyCUDA and an NVIDIA GPU (chapter 3): {error}") from None

SOURCE = """
__global__ void escape(const float *x, const float *y, int iterations, unsigned short *counts,
                       int width, int height)
{
    int j = blockIdx.x * blockDim.x + threadIdx.x, i = blockIdx.y * blockDim.y + threadIdx.y;
    if (j >= width || i >= height)
        return;
    float zr = x[j], zi = y[i];
    int k = 0;
    for (; k < iterations && zr * zr + zi * zi <= 4.0f; k++) {
        float next = zr * zr - zi * zi + x[j];
        zi = 2.0f * zr * zi + y[i];
        zr = next;
    }
    counts[i * width + j] = k;
}
"""
try:
    escape = compiler.SourceModule(SOURCE).get_function("escape")
except OSError as error:
    raise SystemExit(f"PyCUDA needs nvcc, the CUDA compiler (chapter 3): {error}") from None

W, H = 32, 8  # threads of a block
pool = tools.DeviceMemoryPool()  # keeps freed memory for the next call: asking CUDA is slow


def to_device(x, y, iterations):
    return gpuarray.to_gpu(x, pool.allocate), gpuarray.to_gpu(y, pool.allocate), iterations


def run(x, y, iterations):
    counts = gpuarray.empty((y.size, x.size), np.uint16, pool.allocate)
    grid = (x.size + W - 1) // W, (y.size + H - 1) // H  # rounded up: edge blocks may stick out
    sizes = np.int32(x.size), np.int32(y.size)
    escape(x, y, np.int32(iterations), counts, *sizes, grid=grid, block=(W, H, 1))
    return counts


def to_host(counts):
    return counts.get()


if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 720)), np.float32(np.linspace(-1, 1, 480))
    for row in to_host(run(*to_device(x, y, 20)))[::20, ::9]:
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
    print("Drawn by", autoprimaryctx.device.name())
