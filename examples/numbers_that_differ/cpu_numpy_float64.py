"""NumPy: its own sum, with totals in float64."""

import numpy as np


def run(x):
    return x.sum(dtype=np.float64, keepdims=True)  # the data stays float32


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", run(x)[0], " in float64:", x.sum(dtype=np.float64))
