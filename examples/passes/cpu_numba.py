"""Numba: each pass is one loop over the whole rod, on all cores."""

import numba
import numpy as np


@numba.njit(parallel=True, fastmath={"contract"})  # a * b + c may be one instruction
def one_pass(old, conductivity, step, new):
    new[0], new[-1] = old[0], old[-1]
    for i in numba.prange(1, old.size - 1):
        bend = (old[i - 1] - old[i]) + (old[i + 1] - old[i])
        new[i] = old[i] + step * conductivity[i] * bend


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
