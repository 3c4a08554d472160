"""NumPy: the linear algebra library that comes with it, on all cores."""

import numpy as np


def run(a, b):
    return a @ b


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = run(a, b), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
