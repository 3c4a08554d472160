"""Softmax of each row of eight."""

import numpy as np


def make_inputs(n, rng):
    return (rng.normal(0, 3, (n, 8)).astype("float32"),)


def run(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
