"""Numba: one compiled loop, shared among all cores."""

import numba
import numpy as np


@numba.njit(parallel=True)
def distances(x, y, out):
    for i in numba.prange(out.size):
        out[i] = np.sqrt(x[i] * x[i] + y[i] * y[i])


def run(x, y):
    out = np.empty_like(x)
    distances(x, y, out)
    return out


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    print(x[:3], y[:3], "are", run(x, y)[:3], "away")
