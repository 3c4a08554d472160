"""Numba on all cores, the two inner loops exchanged: memory is read along the rows."""

import numba
import numpy as np


@numba.njit(parallel=True, fastmath={"contract"})  # a * b + c may be one instruction
def run(a, b):
    c = np.zeros((a.shape[0], b.shape[1]), np.float32)
    for i in numba.prange(a.shape[0]):
        for k in range(a.shape[1]):
            for j in range(b.shape[1]):
                c[i, j] += a[i, k] * b[k, j]
    return c


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = run(a, b), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
