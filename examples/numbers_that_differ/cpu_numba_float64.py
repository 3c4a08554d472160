"""Numba on all cores: the same, with totals in float64."""

import numba
import numpy as np

PARTS = numba.get_num_threads()


@numba.njit(fastmath={"reassoc"})  # any order of the additions: SIMD
def add_up(x):
    total = np.float64(0)
    for i in range(x.size):
        total += x[i]
    return total


@numba.njit(parallel=True)
def run(x):
    totals = np.empty(PARTS, np.float64)
    for k in numba.prange(PARTS):
        totals[k] = add_up(x[k * x.size // PARTS : (k + 1) * x.size // PARTS])
    return np.full(1, add_up(totals))


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", run(x)[0], " in float64:", x.sum(dtype=np.float64))
