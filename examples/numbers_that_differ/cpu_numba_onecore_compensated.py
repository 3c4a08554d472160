"""Numba on one core: Kahan's sum, which carries along what each addition lost."""

import numba
import numpy as np


@numba.njit  # without fastmath, which would simplify "lost" to zero
def run(x):
    total = lost = np.float32(0)
    for i in range(x.size):
        term = x[i] - lost
        new = total + term
        lost = (new - total) - term
        total = new
    return np.full(1, total)


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", run(x)[0], " in float64:", x.sum(dtype=np.float64))
