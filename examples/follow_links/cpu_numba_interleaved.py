"""Numba: all cores, and up to 32 chains of a core take a step in turn."""

import numba
import numpy as np

THREADS = numba.get_num_threads()


@numba.njit(parallel=True)
def run(table, starts, links):
    at = starts.copy()
    group = min(32, (at.size + THREADS - 1) // THREADS)
    for g in numba.prange((at.size + group - 1) // group):
        mine = at[g * group : (g + 1) * group]
        for _ in range(links):
            for i in range(mine.size):  # no chain waits for another one's link
                mine[i] = table[mine[i]]
    return at


if __name__ == "__main__":
    order = np.random.default_rng().permutation(2**16).astype(np.int32)
    table = np.empty_like(order)
    table[order] = np.roll(order, -1)  # each leads to the next: one cycle through all
    ends = run(table, order[:64], table.size)
    print("once around, and home again:", np.array_equal(ends, order[:64]))
