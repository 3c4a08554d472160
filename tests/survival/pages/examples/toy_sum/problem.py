"""Toy sum."""

import numpy as np

UNIT = "elements"
SIZES = (2**8, 2**12, 2**16, 2**20, 2**24)
TOLERANCE = 1e-6
ERROR = "relative L2 error"


def make_inputs(n, rng):
    return (rng.random(n, dtype=np.float32),)


def reference(a):
    return a.astype(np.float64)


def work(inputs, expected):
    return {"bytes": 12 * expected.size, "operations": expected.size}
