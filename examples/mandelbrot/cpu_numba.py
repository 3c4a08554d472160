"""Numba: a compiled loop over the pixels, on all cores."""

import numba
import numpy as np

THREADS = numba.get_num_threads()


@numba.njit
def escape(cr, ci, iterations):
    zr, zi = cr, ci
    for k in range(iterations):
        if zr * zr + zi * zi > 4:
            return k
        zr, zi = zr * zr - zi * zi + cr, (zr + zr) * zi + ci  # 2 * zr would be float64
    return iterations


@numba.njit(parallel=True)
def run(x, y, iterations):
    counts = np.empty((y.size, x.size), np.uint16)
    for first in numba.prange(THREADS):
        for i in range(first, y.size, THREADS):  # dealt like cards: middle rows take longer
            for j in range(x.size):
                counts[i, j] = escape(x[j], y[i], iterations)
    return counts


if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 78)), np.float32(np.linspace(-1, 1, 24))
    for row in run(x, y, 20):
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
