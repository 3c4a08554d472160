"""Numba: one table of counts, on one core."""

import numba
import numpy as np


@numba.njit
def run(x):
    counts = np.zeros(256, np.uint32)
    for value in x:
        counts[value] += 1
    return counts


if __name__ == "__main__":
    x = np.random.default_rng().integers(0, 256, 1_000_000, dtype=np.uint8)
    print("zeros, ones, twos:", run(x)[:3])
