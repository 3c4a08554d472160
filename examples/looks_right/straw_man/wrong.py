"""The length of the path through points, and what it is compared with."""

import numpy as np


def run(x, y):
    return np.sqrt(np.diff(x) ** 2 + np.diff(y) ** 2).sum()


def baseline(x, y):
    length = 0.0
    for i in range(len(x) - 1):
        length += ((x[i + 1] - x[i]) ** 2 + (y[i + 1] - y[i]) ** 2) ** 0.5
    return length
