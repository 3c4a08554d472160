"""The variance by the formula that needs one pass over the data."""

import numpy as np


def run(x):
    n = max(x.size, 1)
    mean = x.sum() / np.float32(n)
    mean_of_squares = (x * x).sum() / np.float32(n)
    return np.maximum(mean_of_squares - mean * mean, 0)
