"""CuPy: its own sum, with totals in float64."""

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
    return x.sum(dtype=cp.float64, keepdims=True)  # the data stays float32


def to_host(total):
    return cp.asnumpy(total)


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", to_host(run(*to_device(x)))[0], " in float64:", x.sum(dtype=np.float64))
