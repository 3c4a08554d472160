"""CUDA C through PyCUDA: one thread per element."""

import numpy as np

try:
    from pycuda import autoprimaryctx, compiler, gpuarray, tools
except Exception as error:
    raise SystemExit(f"This program needs PyCUDA and an NVIDIA GPU (chapter 3): {error}") from None

SOURCE = """
__global__ void saxpy(float a, const float *x, const float *y, float *out, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        out[i] = a * x[i] + y[i];
}
"""
try:
    saxpy = compiler.SourceModule(SOURCE).get_function("saxpy")
except OSError as error:
    raise SystemExit(f"PyCUDA needs nvcc, the CUDA compiler (chapter 3): {error}") from None

BLOCK = 256
pool = tools.DeviceMemoryPool()  # keeps freed memory for the next call: asking CUDA is slow


def to_device(a, x, y):
    return a, gpuarray.to_gpu(x, pool.allocate), gpuarray.to_gpu(y, pool.allocate)


def run(a, x, y):
    out = gpuarray.empty_like(x)
    grid = (x.size + BLOCK - 1) // BLOCK  # rounded up
    saxpy(np.float32(a), x, y, out, np.int32(x.size), grid=(grid, 1), block=(BLOCK, 1, 1))
    return out


def to_host(out):
    return out.get()


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3], "on", autoprimaryctx.device.name())
