"""Softmax without temporary arrays."""

import numpy as np


def run(x):
    x -= x.max(axis=1, keepdims=True)
    e = np.exp(x)
    e /= e.sum(axis=1, keepdims=True)
    return e
