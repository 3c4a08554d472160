"""CuPy, with our own data pinned where it lies, once: no copy on the host."""

import numpy as np

try:
    import cupy as cp
    import cupyx
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

pinned = {}  # by address; kept, because memory must not be freed while it is pinned


def to_device(data):
    at = data.ctypes.data
    if data.nbytes >= 2**20 and at not in pinned:  # small arrays share their pages with others
        cp.cuda.runtime.hostRegister(at, data.nbytes, 0)
        pinned[at] = data
    there = cp.empty(data.shape, data.dtype)
    there.set(data)
    return (there,)


def run(data):
    return data * data


def to_host(squares):
    result = cupyx.empty_pinned(squares.shape, squares.dtype)  # from the last call, if it is free
    return squares.get(out=result)


if __name__ == "__main__":
    data = np.random.default_rng().random(10**6, dtype=np.float32)
    squares = to_host(run(*to_device(data)))
    print(data[:4], "squared is", squares[:4])
