"""Numba on all cores with SIMD: every value against every number of the table."""

import numba
import numpy as np


@numba.njit(parallel=True)
def run(table, values):
    ranks = np.empty(values.size, np.int32)
    for i in numba.prange(values.size):
        value, lower = values[i], np.int32(0)
        for k in range(table.size):  # no branch in here: LLVM makes it SIMD
            lower += np.int32(table[k] < value)
        ranks[i] = lower
    return ranks


if __name__ == "__main__":
    prices = np.random.default_rng().random(10_000, dtype=np.float32)
    print("lower than 0.1, 0.5, 0.9:", run(prices, np.float32([0.1, 0.5, 0.9])))
