"""NumPy: whole-array operations, in place; each goes through the memory."""

import numpy as np


def run(heat, conductivity, steps):
    heat, inner = heat.copy(), conductivity[1:-1]
    change = np.empty_like(inner)
    for step in steps:
        np.add(heat[:-2], heat[2:], out=change)
        change -= heat[1:-1]
        change -= heat[1:-1]
        change *= inner
        change *= step
        heat[1:-1] += change
    return heat


if __name__ == "__main__":
    heat, conductivity = np.zeros(1001, np.float32), np.full(1001, 0.4, np.float32)
    heat[500] = 100
    heat = run(heat, conductivity, np.ones(1000, np.float32))
    for i in range(400, 601, 20):
        print(f"{heat[i]:5.2f}", "#" * int(50 * heat[i] / heat.max()))
