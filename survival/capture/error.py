"""How far an answer is from the oracle's."""

import math
from typing import Any

import numpy as np

ERROR_BLOCK = 2**16
"""Elements that an error is summed over at a time."""


def relative_error(result: Any, expected: Any) -> float:
    """||result - expected|| / ||expected||, in float64; 0 if both are zero.

    Raises ValueError if the shapes differ.
    """
    given, wanted = np.asarray(result), np.asarray(expected)
    if given.shape != wanted.shape:
        raise ValueError(f"the result's shape is {given.shape}, the expected one {wanted.shape}")
    given, wanted = given.reshape(-1), wanted.reshape(-1)
    difference = norm = 0.0
    # In blocks that stay in a cache: whole float64 copies would take longer than most variants.
    for k in range(0, wanted.size, ERROR_BLOCK):
        block = wanted[k : k + ERROR_BLOCK].astype(np.float64)
        norm += float(block @ block)
        block -= given[k : k + ERROR_BLOCK]
        difference += float(block @ block)
    return math.sqrt(difference) / (math.sqrt(norm) or 1.0)
