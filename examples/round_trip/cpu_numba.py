"""Numba: the data stays where it is, and all cores share it."""

import numba
import numpy as np


@numba.njit(parallel=True)
def run(data):
    squares = np.empty_like(data)
    for i in numba.prange(data.size):
        squares[i] = data[i] * data[i]
    return squares


if __name__ == "__main__":
    data = np.random.default_rng().random(10**6, dtype=np.float32)
    print(data[:4], "squared is", run(data)[:4])
