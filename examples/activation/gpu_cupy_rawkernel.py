"""CUDA C through CuPy's RawKernel: fused by hand, four elements per thread."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
__device__ float gelu(float x)  // (1 + tanh(u)) / 2 is 1 / (1 + exp(-2 u))
{
    return __fdividef(x, 1.0f + __expf(x * (-1.5957691f - 0.07135482f * x * x)));
}

extern "C" __global__ void gelu4(const float4 *x, float4 *y, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n / 4) {  // 16 bytes in one instruction, and 16 back
        float4 v = x[i];
        y[i] = make_float4(gelu(v.x), gelu(v.y), gelu(v.z), gelu(v.w));
    } else if (i == n / 4) {
        for (int j = 4 * i; j < n; j++)  // the last one, two or three
            ((float *)y)[j] = gelu(((const float *)x)[j]);
    }
}
"""
gelu4 = cp.RawKernel(SOURCE, "gelu4")
BLOCK = 256


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    y = cp.empty_like(x)
    grid = (x.size + 4 * BLOCK - 1) // (4 * BLOCK)  # rounded up
    gelu4((grid,), (BLOCK,), (x, y, np.int32(x.size)))
    return y


def to_host(y):
    return cp.asnumpy(y)


if __name__ == "__main__":
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    for before, after in zip(x, to_host(run(*to_device(x))), strict=True):
        print(f"{before:5.1f} becomes {after:7.4f}")
