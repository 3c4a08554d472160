"""Numba on all cores: Kahan's sum in 32 lanes for each core."""

import numba
import numpy as np

LANES = 32  # so many sums side by side, which SIMD adds at the same time
PARTS = numba.get_num_threads()


@numba.njit  # without fastmath, which would simplify "lost" to zero
def add_up(x):
    total, lost = np.zeros(LANES, np.float32), np.zeros(LANES, np.float32)
    for first in range(0, x.size - LANES + 1, LANES):
        for k in range(LANES):
            term = x[first + k] - lost[k]
            new = total[k] + term
            lost[k] = (new - total[k]) - term
            total[k] = new
    rest = x[x.size // LANES * LANES :]
    return one_by_one(np.concatenate((total, -lost, rest)))


@numba.njit
def one_by_one(x):
    total = lost = np.float32(0)
    for i in range(x.size):
        term = x[i] - lost
        new = total + term
        lost = (new - total) - term
        total = new
    return total


@numba.njit(parallel=True)
def run(x):
    totals = np.empty(PARTS, np.float32)
    for k in numba.prange(PARTS):
        totals[k] = add_up(x[k * x.size // PARTS : (k + 1) * x.size // PARTS])
    return np.full(1, one_by_one(totals))


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", run(x)[0], " in float64:", x.sum(dtype=np.float64))
