"""CuPy, straight from and to ordinary (pageable) memory: the driver makes the best of it."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(data):
    there = cp.empty(data.shape, data.dtype)
    there.set(data)
    return (there,)


def run(data):
    return data * data


def to_host(squares):
    return squares.get()


if __name__ == "__main__":
    data = np.random.default_rng().random(10**6, dtype=np.float32)
    squares = to_host(run(*to_device(data)))
    print(data[:4], "squared is", squares[:4])
