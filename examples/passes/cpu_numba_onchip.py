"""Numba on all cores, with many passes over each part of the rod while it is in a cache."""

import numba
import numpy as np

PART = 8192  # points: with their conductivity 64 KiB, which a core's own cache holds
PASSES = 64  # over a part before it goes back to memory


@numba.njit(fastmath={"contract"})  # a * b + c may be one instruction
def walk(heat, conductivity, steps):
    for step in steps:
        left = heat[0]
        for i in range(1, heat.size - 1):
            here = heat[i]
            bend = (left - here) + (heat[i + 1] - here)
            heat[i] = here + step * conductivity[i] * bend
            left = here


@numba.njit(parallel=True)
def some_passes(heat, conductivity, steps, result):
    halo = steps.size  # what happens farther away cannot arrive within so many passes
    for part in numba.prange((heat.size + PART - 1) // PART):
        first, last = part * PART, min((part + 1) * PART, heat.size)
        begin, end = max(first - halo, 0), min(last + halo, heat.size)
        near = heat[begin:end].copy()
        walk(near, conductivity[begin:end], steps)
        result[first:last] = near[first - begin : last - begin]


def run(heat, conductivity, steps):
    results = np.empty_like(heat), np.empty_like(heat)
    for k in range(0, steps.size, PASSES):
        result = results[k // PASSES % 2]
        some_passes(heat, conductivity, steps[k : k + PASSES], result)
        heat = result
    return heat


if __name__ == "__main__":
    heat, conductivity = np.zeros(1001, np.float32), np.full(1001, 0.4, np.float32)
    heat[500] = 100
    heat = run(heat, conductivity, np.ones(1000, np.float32))
    for i in range(400, 601, 20):
        print(f"{heat[i]:5.2f}", "#" * int(50 * heat[i] / heat.max()))
