"""Numba-CUDA: the kernel in Python, one thread per element."""

import numpy as np

try:
    from numba import cuda
except ImportError:
    raise SystemExit("This needs numba-cuda: pip install 'numba-cuda[cu12]' 'numpy<2.5'.") from None

if not cuda.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

BLOCK = 256


@cuda.jit
def saxpy(a, x, y, out):
    i = cuda.grid(1)
    if i < out.size:
        out[i] = a * x[i] + y[i]


def to_device(a, x, y):
    return np.float32(a), cuda.to_device(x), cuda.to_device(y)


def run(a, x, y):
    out = cuda.device_array_like(x)
    saxpy[(x.size + BLOCK - 1) // BLOCK, BLOCK](a, x, y, out)  # rounded up
    return out


def to_host(out):
    return out.copy_to_host()


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
