"""The sums of 64 numbers each."""

import numpy as np


def run(x):
    blocks = max(1, -(-x.size // 64))
    return np.append(x, np.zeros(blocks * 64 - x.size)).reshape(blocks, 64).sum(axis=1)


TOLERANCE = 1e-4  # sums of both signs: what cancels leaves larger relative errors
