"""Numba on all cores, by the definition: row times column, for one result after the other."""

import numba
import numpy as np


@numba.njit(parallel=True, fastmath={"contract"})  # a * b + c may be one instruction
def run(a, b):
    c = np.empty((a.shape[0], b.shape[1]), np.float32)
    for i in numba.prange(a.shape[0]):
        for j in range(b.shape[1]):
            total = np.float32(0)
            for k in range(a.shape[1]):
                total += a[i, k] * b[k, j]
            c[i, j] = total
    return c


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = run(a, b), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
