"""ReLU that writes only where there is something to write."""

import numpy as np


def run(x):
    out = np.empty_like(x)
    np.copyto(out, x, where=x > 0)
    return out
