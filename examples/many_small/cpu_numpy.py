"""NumPy: six calls per step, four of them for 1,024 cells."""

import numpy as np


def run(x, steps):
    x = x.copy()
    flow = np.empty_like(x)
    gauge = np.empty(steps, np.float32)
    for k in range(steps):
        np.multiply(x, x, out=flow)
        flow *= 0.25
        x -= flow
        x[1:] += flow[:-1]
        x[0] += flow[-1]
        gauge[k] = x[0]
    return gauge


if __name__ == "__main__":
    x = np.float32(0.5 + 0.4 * np.sin(np.linspace(0, 6 * np.pi, 1024)))
    for reading in run(x, 2048)[::64]:
        print(" " * int(60 * reading) + "*")
