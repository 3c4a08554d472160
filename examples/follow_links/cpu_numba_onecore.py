"""Numba: one chain after the other, on one core."""

import numba
import numpy as np


@numba.njit
def run(table, starts, links):
    ends = np.empty_like(starts)
    for i in range(starts.size):
        at = starts[i]
        for _ in range(links):
            at = table[at]
        ends[i] = at
    return ends


if __name__ == "__main__":
    order = np.random.default_rng().permutation(2**16).astype(np.int32)
    table = np.empty_like(order)
    table[order] = np.roll(order, -1)  # each leads to the next: one cycle through all
    ends = run(table, order[:64], table.size)
    print("once around, and home again:", np.array_equal(ends, order[:64]))
