"""NumPy, one process: both rows lie in its memory, and nothing has to be sent."""

import numpy as np


def run(parts):
    a, b = parts.copy()
    for _ in range(10):
        a += b
        a /= 2
        b[:] = a
    return np.stack([a, b])


if __name__ == "__main__":
    print(run(np.array([[1, 2, 3], [3, 4, 5]], np.float32)))
