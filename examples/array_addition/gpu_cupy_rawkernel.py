"""CUDA C through CuPy's RawKernel: one thread per element."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void add(const float *a, const float *b, float *c, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        c[i] = a[i] + b[i];
}
"""
BLOCK = 256
add = cp.RawKernel(SOURCE, "add")


def to_device(a, b):
    return cp.asarray(a), cp.asarray(b)


def run(a, b):
    c = cp.empty_like(a)
    grid = (c.size + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    add((grid,), (BLOCK,), (a, b, c, np.int32(c.size)))
    return c


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    c = to_host(run(*to_device(a, b)))
    print(a[:3], "+", b[:3], "=", c[:3])
