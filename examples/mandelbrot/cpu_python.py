"""Pure Python: one complex number after the other."""

import numpy as np


def to_device(x, y, iterations):
    return x.tolist(), y.tolist(), iterations


def escape(c, iterations):
    z = c
    for k in range(iterations):
        if abs(z) > 2:
            return k
        z = z * z + c
    return iterations


def run(x, y, iterations):
    return [[escape(complex(re, im), iterations) for re in x] for im in y]


def to_host(counts):
    return np.array(counts, dtype=np.uint16)


if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 78)), np.float32(np.linspace(-1, 1, 24))
    for row in to_host(run(*to_device(x, y, 20))):
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
