"""CuPy, through pinned memory both ways; CuPy keeps freed pinned memory for the next call."""

import numpy as np

try:
    import cupy as cp
    import cupyx
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(data):
    pinned = cupyx.empty_pinned(data.shape, data.dtype)
    pinned[:] = data  # a copy on the host, because our data was not made in pinned memory
    return (cp.asarray(pinned),)


def run(data):
    return data * data


def to_host(squares):
    pinned = cupyx.empty_pinned(squares.shape, squares.dtype)
    return squares.get(out=pinned)


if __name__ == "__main__":
    data = np.random.default_rng().random(10**6, dtype=np.float32)
    squares = to_host(run(*to_device(data)))
    print(data[:4], "squared is", squares[:4])
