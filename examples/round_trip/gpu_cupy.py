"""CuPy, the usual way: asarray there, asnumpy back."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(data):
    return (cp.asarray(data),)


def run(data):
    return data * data


def to_host(squares):
    return cp.asnumpy(squares)


if __name__ == "__main__":
    data = np.random.default_rng().random(10**6, dtype=np.float32)
    squares = to_host(run(*to_device(data)))
    print(data[:4], "squared is", squares[:4])
