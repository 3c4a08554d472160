"""Sort the table with NumPy, then look up by halving: Numba on all cores, 32 values in step."""

import numba
import numpy as np

LANES = 32  # values that are looked up together: while one waits for memory, others go on


@numba.njit(parallel=True)
def look_up(ordered, values):
    ranks = np.zeros(values.size, np.int32)
    for block in numba.prange((values.size + LANES - 1) // LANES):
        mine = values[block * LANES : (block + 1) * LANES]
        at = ranks[block * LANES : (block + 1) * LANES]
        left = ordered.size  # the rank is at least `at`, and at most `left` more
        while left > 0:
            half = (left + 1) // 2
            for lane in range(mine.size):
                at[lane] += half * (ordered[at[lane] + half - 1] < mine[lane])
            left -= half
    return ranks


def run(table, values):
    return look_up(np.sort(table), values)


if __name__ == "__main__":
    prices = np.random.default_rng().random(10_000, dtype=np.float32)
    print("lower than 0.1, 0.5, 0.9:", run(prices, np.float32([0.1, 0.5, 0.9])))
