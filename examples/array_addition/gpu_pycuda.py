"""CUDA C through PyCUDA: one thread per element."""

import numpy as np

try:
    from pycuda import autoprimaryctx, compiler, gpuarray, tools
except Exception as error:
    raise SystemExit(f"This program needs PyCUDA and an NVIDIA GPU (chapter 3): {error}") from None

SOURCE = """
__global__ void add(const float *a, const float *b, float *c, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        c[i] = a[i] + b[i];
}
"""
try:
    add = compiler.SourceModule(SOURCE).get_function("add")
except OSError as error:
    raise SystemExit(f"PyCUDA needs nvcc, the CUDA compiler (chapter 3): {error}") from None

BLOCK = 256
pool = tools.DeviceMemoryPool()  # keeps freed memory for the next call: asking CUDA is slow


def to_device(a, b):
    return gpuarray.to_gpu(a, pool.allocate), gpuarray.to_gpu(b, pool.allocate)


def run(a, b):
    c = gpuarray.empty_like(a)
    grid = (c.size + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    add(a, b, c, np.int32(c.size), grid=(grid, 1), block=(BLOCK, 1, 1))
    return c


def to_host(c):
    return c.get()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    c = to_host(run(*to_device(a, b)))
    print(a[:3], "+", b[:3], "=", c[:3], "on", autoprimaryctx.device.name())
