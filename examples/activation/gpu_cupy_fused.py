"""CuPy, fused: the same expression, and a decorator that makes one kernel of it."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


@cp.fuse()
def gelu(x):
    return 0.5 * x * (1 + cp.tanh(0.79788456 * (x + 0.044715 * x * x * x)))


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    return gelu(x)


def to_host(y):
    return cp.asnumpy(y)


if __name__ == "__main__":
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    for before, after in zip(x, to_host(run(*to_device(x))), strict=True):
        print(f"{before:5.1f} becomes {after:7.4f}")
