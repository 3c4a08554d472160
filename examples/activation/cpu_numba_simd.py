"""Numba: one loop on all cores, with an exponential of our own that SIMD can do."""

import numba
import numpy as np

# (1 + tanh(u)) / 2 is 1 / (1 + exp(-2 u)), so GELU is x / (1 + exp(x * (A + B * x * x))).
A, B = np.float32(-2 * 0.79788456), np.float32(-2 * 0.79788456 * 0.044715)
ONE, LOG2E, LN2 = np.float32(1), np.float32(1.442695), np.float32(0.6931472)
C2, C3, C4, C5, C6 = (np.float32(1 / n) for n in (2, 3, 4, 5, 6))
LOWEST, HIGHEST, BIAS = np.float32(-87), np.float32(87), np.float32(127.5)
OPTIONS = {"fastmath": {"contract", "nnan"}, "error_model": "numpy"}  # no test for x / 0: SIMD
kept = {}  # by size; each call overwrites the result of the last one of its size


@numba.njit(**OPTIONS)
def exp(x):
    x = min(max(x, LOWEST), HIGHEST)
    k = np.int32(x * LOG2E + BIAS)  # exp(x) is 2**(k - 127) * exp(r), with r at most 0.35
    r = x - np.float32(k - np.int32(127)) * LN2
    series = ONE + r * C6
    series = ONE + r * C5 * series
    series = ONE + r * C4 * series
    series = ONE + r * C3 * series
    series = ONE + r * (ONE + r * C2 * series)
    return series * np.int32(k << np.int32(23)).view(np.float32)  # k is the float's exponent


@numba.njit(parallel=True, **OPTIONS)
def gelu(x, y):
    for i in numba.prange(x.size):
        v = x[i]
        y[i] = v / (ONE + exp(v * (A + B * v * v)))


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
