"""NumPy: its own sum in float32, which adds in pairs."""

import numpy as np


def run(x):
    return x.sum(keepdims=True)  # an array of one number


if __name__ == "__main__":
    x = np.random.default_rng(1).random(1_000_000, dtype=np.float32)
    print("sum:", run(x)[0], " in float64:", x.sum(dtype=np.float64))
