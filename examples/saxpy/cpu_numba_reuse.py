"""Numba: one pass on all cores, into an output array that is kept from call to call."""

import numba
import numpy as np

kept = {}  # by size; each call overwrites the result of the last one of its size


@numba.njit(parallel=True)
def saxpy(a, x, y, out):
    for i in numba.prange(out.size):
        out[i] = a * x[i] + y[i]


def run(a, x, y):
    if x.size not in kept:
        kept[x.size] = np.empty_like(x)
    out = kept[x.size]
    saxpy(a, x, y, out)
    return out


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = run(np.float32(2), x, y)
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
