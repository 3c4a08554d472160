"""Numba on one core, one addition after the other."""

import numba
import numpy as np


@numba.njit
def run(x):
    total = np.float32(0)
    for i in range(x.size):
        total += x[i]
    return np.full(1, total)


if __name__ == "__main__":
    x = np.random.default_rng().random(1_000_000, dtype=np.float32)
    print("the sum of", x[:3], "and so on is", run(x))
