"""NumPy: one expression for the whole array, on one core."""

import numpy as np


def run(a, b):
    return a + b


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    c = run(a, b)
    print(a[:3], "+", b[:3], "=", c[:3])
