"""A chain of 1,024 multiply-adds."""

import numpy as np

from .problem import *

STEPS = 1024

SIZES = (2**5, 2**8, 2**11, 2**14, 2**17, 2**20)


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the inputs of the short chain, with more coefficients."""
    return tuple(2 * rng.random(m, dtype=np.float32) - 1 for m in (n, STEPS))
