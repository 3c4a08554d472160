"""CuPy: the same expression as NumPy, on the GPU."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(a, b):
    return cp.asarray(a), cp.asarray(b)


def run(a, b):
    return a + b


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    c = to_host(run(*to_device(a, b)))
    print(a[:3], "+", b[:3], "=", c[:3])
