"""The square root of the size of a sine."""

import numpy as np


def run(x):
    return np.sqrt(np.abs(np.sin(x)))
