"""A matrix of 4,096 × 4,096 times many vectors, the work of a prompt or of many users."""

import numpy as np

from .problem import *

UNIT = "tokens"
SIZES = (1, 4, 16, 64, 256)
TEST_SIZES = (1, 3)


def label(n: int) -> str:
    """Return how a size is shown."""
    return f"{n:,}"


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return random float32 weights, shape (WIDTH, WIDTH), and n vectors, shape (n, WIDTH)."""
    if n < 1:
        raise ValueError(f"There is no prompt of {n} tokens.")
    return matrix(WIDTH, rng), rng.standard_normal((n, WIDTH), dtype=np.float32)
