"""Numba: each pass is one loop over the whole rod, on all cores."""

import numba
import numpy as np


@numba.njit(parallel=True, fastmath={"contract"})  # a * b + c may be one instruction
def one_pass(old, conductivity, step, new):
    # Slices, because no index is below zero then: the compiler turns the loop into SIMD.
    left, here, right = old[:-2], old[1:-1], old[2:]
    conducts, result = conductivity[1:-1], new[1:-1]
    for i in numba.prange(result.size):
        bend = (left[i] - here[i]) + (right[i] - here[i])
        result[i] = here[i] + step * conducts[i] * bend
    new[0], new[-1] = old[0], old[-1]


def run(heat, conductivity, steps):
    new, spare = np.empty_like(heat), np.empty_like(heat)
    for step in steps:
        one_pass(heat, conductivity, step, new)
        heat, new, spare = new, spare, new
    return heat


if __name__ == "__main__":
    heat, conductivity = np.zeros(1001, np.float32), np.full(1001, 0.4, np.float32)
    heat[500] = 100
    heat = run(heat, conductivity, np.ones(1000, np.float32))
    for i in range(400, 601, 20):
        print(f"{heat[i]:5.2f}", "#" * int(50 * heat[i] / heat.max()))
