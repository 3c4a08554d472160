"""The variance in two passes: first the mean, then the distances from it."""

import numpy as np


def run(x):
    n = max(x.size, 1)
    mean = x.sum(dtype=np.float64) / n
    return np.square(x - mean).sum() / n
