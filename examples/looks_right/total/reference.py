"""The sum of the absolute values of an array."""

import numpy as np


def run(x):
    return np.abs(x).sum()
