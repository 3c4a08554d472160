"""Numba: weights in bfloat16, the upper half of a float32: a shift makes it whole again."""

import numba
import numpy as np


def to_device(weights, x):
    return ((weights.view(np.uint32) + 0x8000) >> 16).astype(np.uint16), x


@numba.njit(parallel=True, fastmath={"reassoc", "contract"})  # any order of the sums: SIMD
def run(halves, x):
    y = np.empty((len(x), len(halves)), np.float32)
    for i in numba.prange(len(halves)):
        for t in range(len(x)):
            total = np.float32(0)
            for j in range(x.shape[1]):
                total += np.uint32(halves[i, j] << 16).view(np.float32) * x[t, j]
            y[t, i] = total
    return y


def to_host(y):
    return y


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
