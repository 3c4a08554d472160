"""Numba on all cores, many elements in step, so that SIMD works and no step waits for the last."""

import numba
import numpy as np

LANES = 128  # elements that walk together; they stay in the first-level cache
STEPS = 8  # steps in registers between two visits to that cache
kept = {}  # output arrays by size; each call overwrites the last one of its size


@numba.njit(parallel=True, fastmath={"contract"})  # a * b + c may be one instruction
def chain(x, coefficients, values):
    for block in numba.prange((x.size + LANES - 1) // LANES):
        first = block * LANES
        used = min(LANES, x.size - first)
        u, v = np.zeros((2, LANES), np.float32)
        u[:used] = v[:used] = x[first : first + used]
        whole = coefficients.size - coefficients.size % STEPS
        for k in range(0, whole, STEPS):
            for lane in range(LANES):  # no branch in here: LLVM makes it SIMD
                r = v[lane]
                for step in range(STEPS):
                    r = r * u[lane] + coefficients[k + step]
                v[lane] = r
        for k in range(whole, coefficients.size):
            for lane in range(LANES):
                v[lane] = v[lane] * u[lane] + coefficients[k]
        values[first : first + used] = v[:used]


def run(x, coefficients):
    if x.size not in kept:
        kept[x.size] = np.empty_like(x)
    values = kept[x.size]
    chain(x, coefficients, values)
    return values


if __name__ == "__main__":
    x = np.float32([-0.5, 0.0, 0.5])
    print("x⁴ + 2x² + 3x + 4 at", x, "is", run(x, np.float32([2, 3, 4])))
