"""CUDA C through CuPy's RawKernel: weights in four bits, a block of 32 in a load."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
__device__ float number(unsigned bits)  // 0 to 15 stands for -8 to 7: no conversion, one addition
{
    return __int_as_float(0x4b000000 | bits & 15) - 8388616.0f;
}

extern "C" __global__ void multiply(const uint4 *weights, const unsigned short *scales,
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
            total[r] += part * __int_as_float(scales[at] << 16);
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
    at = abs(blocks).argmax(2)[:, :, None]
    largest = np.take_along_axis(blocks, at, 2)[:, :, 0] / -8 + np.float32(1e-30)
    halves = ((largest.view(np.uint32) + 0x8000) >> 16).astype(np.uint16)  # in bfloat16
    scales = (halves.astype(np.uint32) << 16).view(np.float32)[:, :, None]
    q = (np.rint(blocks / scales) + 8).clip(0, 15).astype(np.uint8)
    two = q[:, :, :16] | q[:, :, 16:] << 4
    return cp.asarray(two), cp.asarray(halves), cp.asarray(x)


def run(q, halves, x):
    y = cp.empty((len(x), len(q)), cp.float32)
    sizes = np.int32(len(q)), np.int32(x.shape[1] // 32)
    multiply(((len(q) + 31) // 32, len(x)), (256,), (q, halves, x, y, *sizes))
    return y


def to_host(y):
    return cp.asnumpy(y)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
