"""Numba on all cores, a row at a time: SIMD along the row, each pixel used for four filters."""

import numba
import numpy as np


@numba.njit(fastmath={"contract"})  # a * b + c may be one instruction
def add_row(pixels, w, a, b, c, d):  # w: the weights of four filters for one row of their windows
    a0, b0, c0, d0 = w[0, 0], w[1, 0], w[2, 0], w[3, 0]
    a1, b1, c1, d1 = w[0, 1], w[1, 1], w[2, 1], w[3, 1]
    a2, b2, c2, d2 = w[0, 2], w[1, 2], w[2, 2], w[3, 2]
    for x in range(a.size):
        p, q, r = pixels[x], pixels[x + 1], pixels[x + 2]
        a[x] = a[x] + a0 * p + a1 * q + a2 * r
        b[x] = b[x] + b0 * p + b1 * q + b2 * r
        c[x] = c[x] + c0 * p + c1 * q + c2 * r
        d[x] = d[x] + d0 * p + d1 * q + d2 * r


@numba.njit(parallel=True)
def convolve(padded, weights, result):
    fours, height = len(weights) // 4, result.shape[1]
    for task in numba.prange(fours * height):
        k, y = task % fours * 4, task // fours
        for c in range(len(padded)):
            for i in range(3):
                a, b, c_, d = result[k, y], result[k + 1, y], result[k + 2, y], result[k + 3, y]
                add_row(padded[c, y + i], weights[k : k + 4, c, i], a, b, c_, d)


def run(picture, weights):
    filters = len(weights)
    weights = np.pad(weights, ((0, -filters % 4), (0, 0), (0, 0), (0, 0)))  # a multiple of 4
    padded = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
    result = np.zeros((len(weights), *picture.shape[1:]), np.float32)
    convolve(padded, weights, result)
    return result[:filters]


if __name__ == "__main__":
    picture = np.float32([[[0, 0, 0, 0, 1, 1, 1, 1]] * 5])  # dark on the left, bright on the right
    edge = np.float32([[[[-1, 0, 1]] * 3]])
    print(run(picture, edge)[0])
