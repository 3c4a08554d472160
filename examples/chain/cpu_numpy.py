"""NumPy: every step is two passes over the whole array, on one core."""

import numpy as np


def run(x, coefficients):
    v = x.copy()
    for c in coefficients:
        v *= x
        v += c
    return v


if __name__ == "__main__":
    x = np.float32([-0.5, 0.0, 0.5])
    print("x⁴ + 2x² + 3x + 4 at", x, "is", run(x, np.float32([2, 3, 4])))
