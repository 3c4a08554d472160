"""NumPy: two passes on one core, first the product, then the sum."""

import numpy as np


def run(a, x, y):
    return a * x + y


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = run(np.float32(2), x, y)
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
