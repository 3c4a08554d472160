"""Numba: a compiled loop, shared among all cores."""

import numba
import numpy as np


@numba.njit(parallel=True)
def add(a, b, c):
    for i in numba.prange(c.size):
        c[i] = a[i] + b[i]


def run(a, b):
    c = np.empty_like(a)
    add(a, b, c)
    return c


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    c = run(a, b)
    print(a[:3], "+", b[:3], "=", c[:3])
