"""CuPy: sums of 1, 2, 4, 8, ... samples, and the window put together from them."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(samples, window):
    return cp.asarray(samples), window


def run(samples, window):
    n = samples.size - window + 1
    total = cp.zeros(n, cp.float32)
    sums, width, start = samples, 1, 0  # sums[i] is that of samples[i : i + width]
    while width <= window:
        if window & width:
            total += sums[start : start + n]
            start += width
        sums = sums[:-width] + sums[width:]
        width *= 2
    return total / cp.float32(window)


def to_host(means):
    return cp.asnumpy(means)


if __name__ == "__main__":
    samples = np.random.default_rng().random(100_000, dtype=np.float32) - np.float32(0.5)
    means = to_host(run(*to_device(samples, 1000)))
    print("the mean of each 1,000:", means[:3], "...")
