"""CuPy: its own count, the same expression as in NumPy."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(x):
    return (cp.asarray(x),)


def run(x):
    return cp.bincount(x, minlength=256)


def to_host(counts):
    return cp.asnumpy(counts)


if __name__ == "__main__":
    x = np.random.default_rng().integers(0, 256, 1_000_000, dtype=np.uint8)
    print("zeros, ones, twos:", to_host(run(*to_device(x)))[:3])
