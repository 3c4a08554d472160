"""Numba-CUDA: the same kernel, into an array that is kept from call to call."""

import numpy as np

try:
    from numba import cuda
except ImportError:
    raise SystemExit("This needs numba-cuda: pip install 'numba-cuda[cu12]' 'numpy<2.5'.") from None

if not cuda.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

BLOCK = 256


@cuda.jit
def add(a, b, c):
    i = cuda.grid(1)
    if i < c.size:
        c[i] = a[i] + b[i]


def to_device(a, b):
    return cuda.to_device(a), cuda.to_device(b), cuda.device_array_like(a)


def run(a, b, c):
    add[(c.size + BLOCK - 1) // BLOCK, BLOCK](a, b, c)  # rounded up: the last may be half empty
    return c


def to_host(c):
    return c.copy_to_host()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    print(a[:3], "+", b[:3], "=", to_host(run(*to_device(a, b)))[:3])
