"""From each number to the next; 0 after the last."""

import numpy as np


def run(x):
    return np.append(np.diff(x), np.zeros(min(x.size, 1)))
