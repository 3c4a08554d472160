"""Numba on one core, in any order, so that it uses SIMD."""

import numba
import numpy as np


@numba.njit(fastmath={"reassoc"})  # many totals side by side, added up at the end
def run(x):
    total = np.float32(0)
    for i in range(x.size):
        total += x[i]
    return np.full(1, total)


if __name__ == "__main__":
    x = np.random.default_rng().random(1_000_000, dtype=np.float32)
    print("the sum of", x[:3], "and so on is", run(x))
