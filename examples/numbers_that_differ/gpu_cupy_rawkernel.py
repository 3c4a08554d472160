"""CUDA C through CuPy's RawKernel: one thread per point."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void distances(const float *x, const float *y, float *out, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        out[i] = sqrtf(x[i] * x[i] + y[i] * y[i]);
}
"""
BLOCK = 256
distances = cp.RawKernel(SOURCE, "distances")


def to_device(x, y):
    return cp.asarray(x), cp.asarray(y)


def run(x, y):
    out = cp.empty_like(x)
    grid = (out.size + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    distances((grid,), (BLOCK,), (x, y, out, np.int32(out.size)))
    return out


def to_host(out):
    return cp.asnumpy(out)


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    print(x[:3], y[:3], "are", to_host(run(*to_device(x, y)))[:3], "away")
