"""CuPy: its own sum in float32."""

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
    return x.sum(keepdims=True)  # an array of one number, which stays on the GPU


def to_host(total):
    return cp.asnumpy(total)


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", to_host(run(*to_device(x)))[0], " in float64:", x.sum(dtype=np.float64))
