"""Numba on all cores with SIMD: every window is added up anew."""

import numba
import numpy as np


@numba.njit(parallel=True, fastmath={"reassoc"})  # any order of the sums: SIMD
def run(samples, window):
    means = np.empty(samples.size - window + 1, np.float32)
    for i in numba.prange(means.size):
        mine = samples[i : i + window]
        total = np.float32(0)
        for k in range(window):
            total += mine[k]
        means[i] = total / np.float32(window)
    return means


if __name__ == "__main__":
    samples = np.random.default_rng().random(100_000, dtype=np.float32) - np.float32(0.5)
    print("the mean of each 1,000:", run(samples, 1000)[:3], "...")
