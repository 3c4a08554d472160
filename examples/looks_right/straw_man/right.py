"""The length of the path through points, and what it is compared with."""

import numpy as np


def run(x, y):
    return np.sqrt(np.diff(x) ** 2 + np.diff(y) ** 2).sum()


def baseline(x, y):
    return np.hypot(np.diff(x), np.diff(y)).sum()
