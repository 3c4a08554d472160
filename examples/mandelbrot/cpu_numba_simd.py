"""Numba on all cores, 32 pixels in step, so that each core uses its SIMD units."""

import numba
import numpy as np

LANES = 32  # pixels that walk together until the last of them has escaped
STEPS = 2  # steps between two looks at who is left
THREADS = numba.get_num_threads()


@numba.njit(parallel=True, fastmath={"contract"})  # a * b + c may be one instruction
def run(x, y, iterations):
    counts = np.empty((y.size, x.size), np.uint16)
    for first in numba.prange(THREADS):
        cr, zr, zi = np.empty((3, LANES), np.float32)
        count = np.empty(LANES, np.int32)
        for i in range(first, y.size, THREADS):  # dealt like cards: middle rows take longer
            for left in range(0, x.size, LANES):
                used = min(LANES, x.size - left)
                for lane in range(LANES):
                    cr[lane] = zr[lane] = x[left + min(lane, used - 1)]
                    zi[lane] = y[i]
                    count[lane] = 0
                step, inside = 0, 1
                while step < iterations and inside > 0:
                    step, inside = step + STEPS, 0
                    for lane in range(LANES):  # no branch in here: LLVM makes it SIMD
                        r, m, before = zr[lane], zi[lane], count[lane]
                        after = before
                        for _ in range(STEPS):
                            r2, m2 = r * r, m * m
                            after += np.int32(r2 + m2 <= 4)
                            m = (r + r) * m + y[i]
                            r = r2 - m2 + cr[lane]
                        zr[lane], zi[lane], count[lane] = r, m, after
                        inside += after - before
                for lane in range(used):
                    counts[i, left + lane] = min(count[lane], iterations)
    return counts


if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 78)), np.float32(np.linspace(-1, 1, 24))
    for row in run(x, y, 20):
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
