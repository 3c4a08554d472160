"""CuPy: every step is two kernels over the whole array."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(x, coefficients):
    return cp.asarray(x), coefficients.tolist()  # the few numbers go along with each launch


def run(x, coefficients):
    v = x.copy()
    for c in coefficients:
        v *= x
        v += c
    return v


def to_host(values):
    return cp.asnumpy(values)


if __name__ == "__main__":
    x = np.float32([-0.5, 0.0, 0.5])
    values = to_host(run(*to_device(x, np.float32([2, 3, 4]))))
    print("x⁴ + 2x² + 3x + 4 at", x, "is", values)
