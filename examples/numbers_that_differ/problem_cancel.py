"""Sum of numbers most of which cancel, held against the exact sum."""

import numpy as np

from .problem import *
from .problem import TOLERANCE as _TOLERANCE

# The absolute values add up to about 100 times the sum, the condition number. The running total
# climbs to half of that and falls again, and so do its roundings: 50 times the errors of before.
TOLERANCE = 50 * _TOLERANCE


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return n float32 numbers, shape (n,), multiples of 2**-24: gains first, then losses.

    Every loss has its gain, of the same size. Only one number of 150 in the middle has none, and
    those, from a half up to one, are what is left.
    """
    left = max(1, n // 150)
    left += (n - left) % 2
    gains = rng.random((n - left) // 2, dtype=np.float32)
    rest = (rng.random(left, dtype=np.float32) + np.float32(1)) / np.float32(2)
    return (np.concatenate((gains, rest, -rng.permutation(gains))),)
