"""Numba: weights in float32, the rows shared among all cores."""

import numba
import numpy as np


@numba.njit(parallel=True, fastmath={"reassoc", "contract"})  # any order of the sums: SIMD
def run(weights, x):
    y = np.empty((len(x), len(weights)), np.float32)
    for i in numba.prange(len(weights)):
        for t in range(len(x)):
            total = np.float32(0)
            for j in range(x.shape[1]):
                total += weights[i, j] * x[t, j]
            y[t, i] = total
    return y


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = run(weights, x), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
