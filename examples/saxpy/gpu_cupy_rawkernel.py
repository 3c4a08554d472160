"""CUDA C through CuPy's RawKernel: one pass, four elements per thread."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void saxpy(float a, const float *x, const float *y, float *out, int n)
{
    int i = 4 * (blockIdx.x * blockDim.x + threadIdx.x);
    if (i + 4 <= n) {  // 16 bytes at a time
        float4 u = *(const float4 *)(x + i), v = *(const float4 *)(y + i);
        *(float4 *)(out + i) =
            make_float4(a * u.x + v.x, a * u.y + v.y, a * u.z + v.z, a * u.w + v.w);
    } else {  // the last thread may have less
        for (; i < n; i++)
            out[i] = a * x[i] + y[i];
    }
}
"""
BLOCK = 256
saxpy = cp.RawKernel(SOURCE, "saxpy")


def to_device(a, x, y):
    return a, cp.asarray(x), cp.asarray(y)


def run(a, x, y):
    out = cp.empty_like(x)
    grid = (x.size + 4 * BLOCK - 1) // (4 * BLOCK)  # rounded up
    saxpy((grid,), (BLOCK,), (np.float32(a), x, y, out, np.int32(x.size)))
    return out


def to_host(out):
    return cp.asnumpy(out)


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
