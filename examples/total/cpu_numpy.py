"""NumPy: its own sum, on one core."""

import numpy as np


def run(x):
    return x.sum(keepdims=True)  # an array of one number


if __name__ == "__main__":
    x = np.random.default_rng().random(1_000_000, dtype=np.float32)
    print("the sum of", x[:3], "and so on is", run(x))
