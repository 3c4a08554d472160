"""NumPy: one expression. Each operation goes over memory once and makes an array."""

import numpy as np


def run(x):
    return 0.5 * x * (1 + np.tanh(0.79788456 * (x + 0.044715 * x * x * x)))


if __name__ == "__main__":
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    for before, after in zip(x, run(x), strict=True):
        print(f"{before:5.1f} becomes {after:7.4f}")
