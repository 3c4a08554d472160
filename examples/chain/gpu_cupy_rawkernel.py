"""CUDA C through CuPy's RawKernel: one pass, four elements per thread, all steps in registers."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
__device__ float4 step(float4 v, float4 u, float c)
{
    return make_float4(v.x * u.x + c, v.y * u.y + c, v.z * u.z + c, v.w * u.w + c);
}
extern "C" __global__ void chain(const float *x, const float *c, float *values, int n, int steps)
{
    int i = 4 * (blockIdx.x * blockDim.x + threadIdx.x), k = 0;
    if (i + 4 <= n) {  // 16 bytes at a time, of the coefficients too
        float4 u = *(const float4 *)(x + i), v = u;
        #pragma unroll 4
        for (; k + 4 <= steps; k += 4) {
            float4 q = *(const float4 *)(c + k);
            v = step(step(step(step(v, u, q.x), u, q.y), u, q.z), u, q.w);
        }
        for (; k < steps; k++)
            v = step(v, u, c[k]);
        *(float4 *)(values + i) = v;
    }
    for (; i < n && n - i < 4; i++) {  // the last thread may have less than four
        values[i] = x[i];
        for (k = 0; k < steps; k++)
            values[i] = values[i] * x[i] + c[k];
    }
}
"""
BLOCK = 256
chain = cp.RawKernel(SOURCE, "chain")


def to_device(x, coefficients):
    return cp.asarray(x), cp.asarray(coefficients)


def run(x, c):
    values = cp.empty_like(x)
    grid = (x.size + 4 * BLOCK - 1) // (4 * BLOCK)  # rounded up
    chain((grid,), (BLOCK,), (x, c, values, np.int32(x.size), np.int32(c.size)))
    return values


def to_host(values):
    return cp.asnumpy(values)


if __name__ == "__main__":
    x = np.float32([-0.5, 0.0, 0.5])
    print("x⁴ + 2x² + 3x + 4 at", x, "is", to_host(run(*to_device(x, np.float32([2, 3, 4])))))
