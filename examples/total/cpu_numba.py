"""Numba: each core adds up its own part; in the end the parts' totals are added up."""

import numba
import numpy as np

PARTS = numba.get_num_threads()


@numba.njit(fastmath={"reassoc"})  # any order of the additions: SIMD
def add_up(x):
    total = np.float32(0)
    for i in range(x.size):
        total += x[i]
    return total


@numba.njit(parallel=True)
def run(x):
    totals = np.empty(PARTS, np.float32)
    for k in numba.prange(PARTS):
        totals[k] = add_up(x[k * x.size // PARTS : (k + 1) * x.size // PARTS])
    return np.full(1, add_up(totals))


if __name__ == "__main__":
    x = np.random.default_rng().random(1_000_000, dtype=np.float32)
    print("the sum of", x[:3], "and so on is", run(x))
