"""Numba: one loop does all nine operations, on all cores."""

import numba
import numpy as np

A, B, HALF, ONE = np.float32(0.79788456), np.float32(0.044715), np.float32(0.5), np.float32(1)
kept = {}  # by size; each call overwrites the result of the last one of its size


@numba.njit(parallel=True)
def gelu(x, y):
    for i in numba.prange(x.size):
        v = x[i]
        y[i] = HALF * v * (ONE + np.tanh(A * (v + B * v * v * v)))


def run(x):
    if x.size not in kept:
        kept[x.size] = np.empty_like(x)
    y = kept[x.size]
    gelu(x, y)
    return y


if __name__ == "__main__":
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    for before, after in zip(x, run(x), strict=True):
        print(f"{before:5.1f} becomes {after:7.4f}")
