"""Numba on all cores: running sums, each over its own part of the samples."""

import numba
import numpy as np

PART = 2**15  # averages from one beginning; a new one also ends the rounding errors of the last


@numba.njit(parallel=True, fastmath={"reassoc"})  # any order of the first sum: SIMD
def run(samples, window):
    means = np.empty(samples.size - window + 1, np.float32)
    for part in numba.prange((means.size + PART - 1) // PART):
        mine = means[part * PART : (part + 1) * PART]
        old, new = samples[part * PART :], samples[part * PART + window :]
        total = np.float32(0)
        for k in range(window):
            total += old[k]
        mine[0] = total / np.float32(window)
        for i in range(mine.size - 1):
            total += new[i] - old[i]
            mine[i + 1] = total / np.float32(window)
    return means


if __name__ == "__main__":
    samples = np.random.default_rng().random(100_000, dtype=np.float32) - np.float32(0.5)
    print("the mean of each 1,000:", run(samples, 1000)[:3], "...")
