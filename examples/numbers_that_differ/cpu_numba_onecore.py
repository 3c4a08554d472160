"""Numba on one core: one running total in float32, in order."""

import numba
import numpy as np


@numba.njit
def run(x):
    total = np.float32(0)
    for i in range(x.size):
        total += x[i]
    return np.full(1, total)


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", run(x)[0], " in float64:", x.sum(dtype=np.float64))
