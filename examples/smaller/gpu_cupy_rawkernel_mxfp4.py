"""CUDA C through CuPy's RawKernel: weights in MXFP4, floating point of four bits."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
__device__ float number(unsigned bits)  // sign, two bits of exponent, one of mantissa
{
    return __int_as_float((bits & 8) << 28 | (bits & 7) << 22) * 8.507059173e37f;  // 2 to the 126
}

extern "C" __global__ void multiply(const uint4 *weights, const unsigned char *exponents,
                                    const float4 *x, float *y, int rows, int blocks)
{
    int lane = threadIdx.x % 32, row = (blockIdx.x * blockDim.x + threadIdx.x) / 32 * 4;
    float total[4] = {};  // a warp has four rows, so that it reads x once for all of them
    x += (size_t)blockIdx.y * blocks * 8;
    for (int b = lane; b < blocks; b += 32) {
        float4 v[8];
        for (int k = 0; k < 8; k++)
            v[k] = x[8 * b + k];
        const float *u = (const float *)v;
        for (int r = 0; r < 4; r++) {
            size_t at = (size_t)min(row + r, rows - 1) * blocks + b;
            uint4 w = weights[at];
            const unsigned char *q = (const unsigned char *)&w;
            float part = 0.0f;
            for (int e = 0; e < 16; e++) {  // two in a byte
                part += number(q[e]) * u[e];
                part += number(q[e] >> 4) * u[16 + e];
            }
            total[r] += part * __int_as_float(exponents[at] << 23);  // a power of two
        }
    }
    for (int r = 0; r < 4; r++) {
        for (int step = 16; step > 0; step /= 2)
            total[r] += __shfl_down_sync(0xffffffff, total[r], step);
        if (lane == 0 && row + r < rows)
            y[(size_t)blockIdx.y * rows + row + r] = total[r];
    }
}
"""
multiply = cp.RawKernel(SOURCE, "multiply")


def to_device(weights, x):
    blocks = weights.reshape(len(weights), -1, 32)
    exponents = np.frexp(abs(blocks).max(2))[1] - 3 + 127  # the largest lies at 4 up to 8
    scaled = np.ldexp(blocks, 127 - exponents[:, :, None])
    middles = np.array([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5], np.float32)  # between 0, 0.5, 1 ... 6
    q = np.searchsorted(middles, abs(scaled)).astype(np.uint8) | (scaled < 0).astype(np.uint8) << 3
    two = q[:, :, :16] | q[:, :, 16:] << 4
    return cp.asarray(two), cp.asarray(exponents.astype(np.uint8)), cp.asarray(x)


def run(q, exponents, x):
    y = cp.empty((len(x), len(q)), cp.float32)
    sizes = np.int32(len(q)), np.int32(x.shape[1] // 32)
    multiply(((len(q) + 31) // 32, len(x)), (256,), (q, exponents, x, y, *sizes))
    return y


def to_host(y):
    return cp.asnumpy(y)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
