"""Numba: all steps in one compiled loop, on one core: a step is too short to share."""

import numba
import numpy as np

QUARTER = np.float32(0.25)


@numba.njit(fastmath={"contract"})  # a * b + c may be one instruction
def run(x, steps):
    x = x.copy()
    gauge = np.empty(steps, np.float32)
    for k in range(steps):
        gain = QUARTER * x[-1] * x[-1]
        for i in range(x.size):
            flow = QUARTER * x[i] * x[i]
            x[i] += gain - flow
            gain = flow  # is what the next cell gets
        gauge[k] = x[0]
    return gauge


if __name__ == "__main__":
    x = np.float32(0.5 + 0.4 * np.sin(np.linspace(0, 6 * np.pi, 1024)))
    for reading in run(x, 2048)[::64]:
        print(" " * int(60 * reading) + "*")
