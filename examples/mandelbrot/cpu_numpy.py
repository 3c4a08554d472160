"""NumPy: all pixels at once, with a mask for those still inside."""

import numpy as np


def run(x, y, iterations):
    c = x + 1j * y[:, None]
    z = c.copy()
    counts = np.zeros(c.shape, np.uint16)
    for _ in range(iterations):
        inside = z.real**2 + z.imag**2 <= 4
        counts += inside
        np.multiply(z, z, out=z, where=inside)
        np.add(z, c, out=z, where=inside)
    return counts


if __name__ == "__main__":
    x, y = np.float32(np.linspace(-2, 1, 78)), np.float32(np.linspace(-1, 1, 24))
    for row in run(x, y, 20):
        print("".join(" .:-=+*#%@@"[k // 2] for k in row))
