"""CUDA C through CuPy's RawKernel: weights in bfloat16, eight in a load."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void multiply(const uint4 *weights, const float4 *x, float *y,
                                    int rows, int chunks)  // of eight weights
{
    int lane = threadIdx.x % 32, row = (blockIdx.x * blockDim.x + threadIdx.x) / 32 * 4;
    float total[4] = {};  // a warp has four rows, so that it reads x once for all of them
    x += (size_t)blockIdx.y * chunks * 2;
    for (int c = lane; c < chunks; c += 32) {
        float4 v[] = {x[2 * c], x[2 * c + 1]};
        const float *u = (const float *)v;
        for (int r = 0; r < 4; r++) {
            uint4 w = weights[(size_t)min(row + r, rows - 1) * chunks + c];
            const unsigned short *halves = (const unsigned short *)&w;
            for (int e = 0; e < 8; e++)  // the upper half of a float32 is a bfloat16
                total[r] += __int_as_float(halves[e] << 16) * u[e];
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
    halves = ((weights.view(np.uint32) + 0x8000) >> 16).astype(np.uint16)
    return cp.asarray(halves.view(np.uint8)), cp.asarray(x)


def run(halves, x):
    y = cp.empty((len(x), len(halves)), cp.float32)
    sizes = np.int32(len(halves)), np.int32(x.shape[1] // 8)
    multiply(((len(halves) + 31) // 32, len(x)), (256,), (halves, x, y, *sizes))
    return y


def to_host(y):
    return cp.asnumpy(y)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
