"""CuPy: the same line as in NumPy, on the GPU."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(a):
    return (cp.asarray(a),)


def run(a):
    return cp.ascontiguousarray(a.T)


def to_host(out):
    return cp.asnumpy(out)


if __name__ == "__main__":
    a = np.arange(12, dtype=np.float32).reshape(3, 4)
    print(a, "becomes", to_host(run(*to_device(a))), sep="\n")
