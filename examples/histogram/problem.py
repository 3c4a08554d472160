"""Histogram of bytes."""

import numpy as np

BINS = 256
DTYPE = np.uint8  # of the input

UNIT = "bytes"
SIZES = (2**10, 2**14, 2**18, 2**21, 2**24, 2**27)
ERROR = "share of bytes that were counted wrong"
TOLERANCE = 0.0  # counting is exact


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return n random uint8 values, shape (n,), each of 0 to 255 as likely as any other."""
    return (rng.integers(0, BINS, n, dtype=np.uint8),)


def reference(x: np.ndarray) -> np.ndarray:
    """Return how often each value occurs, int64 of shape (256,)."""
    counts = np.zeros(BINS, np.int64)
    for first in range(0, x.size, 2**20):  # in parts: bincount makes 8 bytes of each
        counts += np.bincount(x[first : first + 2**20], minlength=BINS)
    return counts


def work(inputs: tuple[np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of the input and of 32-bit counts, and one addition per value."""
    (x,) = inputs
    return {"bytes": x.nbytes + 4 * expected.size, "operations": x.size}


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return the sum of the differences over the number of values."""
    return float(np.abs(result.astype(np.int64) - expected).sum() / expected.sum())
