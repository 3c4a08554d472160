"""Histogram of bytes, most of them 255."""

import numpy as np

from .problem import *
from .problem import make_inputs as _make_uniform_inputs


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return n random uint8 values, shape (n,): 255 in 15 of 16 places, like a page with text."""
    (x,) = _make_uniform_inputs(n, rng)
    x[rng.integers(0, 16, n, dtype=np.uint8) > 0] = 255
    return (x,)
