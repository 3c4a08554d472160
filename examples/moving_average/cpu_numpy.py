"""NumPy on one core: sums of 1, 2, 4, 8, ... samples, and the window put together from them."""

import numpy as np


def run(samples, window):
    n = samples.size - window + 1
    total = np.zeros(n, np.float32)
    sums, width, start = samples, 1, 0  # sums[i] is that of samples[i : i + width]
    while width <= window:
        if window & width:
            total += sums[start : start + n]
            start += width
        sums = sums[:-width] + sums[width:]
        width *= 2
    return total / np.float32(window)


if __name__ == "__main__":
    samples = np.random.default_rng().random(100_000, dtype=np.float32) - np.float32(0.5)
    print("the mean of each 1,000:", run(samples, 1000)[:3], "...")
