"""Numba on one core: a running sum, one sample comes in and one goes out."""

import numba
import numpy as np


@numba.njit
def run(samples, window):
    means = np.empty(samples.size - window + 1, np.float32)
    total = np.float32(0)
    for i in range(window):
        total += samples[i]
    means[0] = total / np.float32(window)
    for i in range(1, means.size):
        total += samples[i + window - 1] - samples[i - 1]
        means[i] = total / np.float32(window)
    return means


if __name__ == "__main__":
    samples = np.random.default_rng().random(100_000, dtype=np.float32) - np.float32(0.5)
    print("the mean of each 1,000:", run(samples, 1000)[:3], "...")
