"""Toy picture, <20> iterations."""

import numpy as np

UNIT = "pixels"
SIZES = (16 * 24, 64 * 96, 256 * 384, 1024 * 1536, 2048 * 3072)
TOLERANCE = 1e-2
ERROR = "share of pixels"


def label(n):
    height = round((2 * n / 3) ** 0.5)
    return f"{height} × {n // height}"


def make_inputs(n, rng):
    return (rng.random(n, dtype=np.float32),)


def reference(a):
    return a.astype(np.float64)


def work(inputs, expected):
    return {"bytes": 12 * expected.size, "operations": expected.size}
