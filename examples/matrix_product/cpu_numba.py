"""Numba on all cores, in tiles: what was fetched is used several times before it is left."""

import numba
import numpy as np

ROWS, DEPTH, WIDTH = 32, 64, 1024  # DEPTH x WIDTH numbers of b stay in the cache for ROWS rows


@numba.njit(fastmath={"contract"})  # x * y + z may be one instruction
def add_four_rows(a, b, c, i, ks, js):
    c0, c1, c2, c3 = c[i, js], c[i + 1, js], c[i + 2, js], c[i + 3, js]
    for k in range(ks.start, ks.stop, 4):
        b0, b1, b2, b3 = b[k, js], b[k + 1, js], b[k + 2, js], b[k + 3, js]
        p0, p1, p2, p3 = a[i, k], a[i, k + 1], a[i, k + 2], a[i, k + 3]
        q0, q1, q2, q3 = a[i + 1, k], a[i + 1, k + 1], a[i + 1, k + 2], a[i + 1, k + 3]
        r0, r1, r2, r3 = a[i + 2, k], a[i + 2, k + 1], a[i + 2, k + 2], a[i + 2, k + 3]
        s0, s1, s2, s3 = a[i + 3, k], a[i + 3, k + 1], a[i + 3, k + 2], a[i + 3, k + 3]
        for j in range(c0.size):  # 16 products for each 4 numbers of b
            w, x, y, z = b0[j], b1[j], b2[j], b3[j]
            c0[j] = c0[j] + p0 * w + p1 * x + p2 * y + p3 * z
            c1[j] = c1[j] + q0 * w + q1 * x + q2 * y + q3 * z
            c2[j] = c2[j] + r0 * w + r1 * x + r2 * y + r3 * z
            c3[j] = c3[j] + s0 * w + s1 * x + s2 * y + s3 * z


@numba.njit(parallel=True)
def multiply(a, b, c):
    for tile in numba.prange((len(c) + ROWS - 1) // ROWS):
        for k in range(0, len(b), DEPTH):
            for j in range(0, b.shape[1], WIDTH):
                ks, js = slice(k, min(k + DEPTH, len(b))), slice(j, min(j + WIDTH, b.shape[1]))
                for i in range(tile * ROWS, min(tile * ROWS + ROWS, len(c)), 4):
                    add_four_rows(a, b, c, i, ks, js)


def run(a, b):
    more = [-size % 4 for size in (*a.shape, b.shape[1])]  # up to a multiple of 4
    if any(more):
        a, b = (np.pad(m, ((0, more[s]), (0, more[s + 1]))) for s, m in enumerate((a, b)))
    c = np.zeros((len(a), b.shape[1]), np.float32)
    multiply(a, b, c)
    return c[: len(c) - more[0], : c.shape[1] - more[2]]


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = run(a, b), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
