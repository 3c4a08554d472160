"""Matrix transpose."""

import math

import numpy as np

UNIT = "elements"
# 4096 is a power of two and 4100 is not: nearly the same work, but caches treat them differently.
SIZES = tuple(rows * rows for rows in (16, 64, 256, 1000, 4096, 4100, 8192))
ERROR = "share of elements that differ"
# Nothing is computed, only moved: every element must arrive as it was.
TOLERANCE = 0.0


def side(n: int) -> int:
    """Return the rows, which are also the columns, of the square matrix with n elements.

    Raises ValueError if there is none.
    """
    rows = math.isqrt(max(n, 0))
    if n < 1 or rows * rows != n:
        raise ValueError(f"No square matrix has {n} elements.")
    return rows


def label(n: int) -> str:
    """Return how a size is shown: rows × columns."""
    return f"{side(n)} × {side(n)}"


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return one random square float32 matrix of n elements, row after row, from 0 up to 1."""
    return (rng.random((side(n), side(n)), dtype=np.float32),)


def reference(a: np.ndarray) -> np.ndarray:
    """Return the transposed matrix, row after row; moving a float32 needs no float64."""
    result = np.empty((a.shape[1], a.shape[0]), a.dtype)
    for j, column in enumerate(a.T):
        result[j] = column
    return result


def work(inputs: tuple[np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the least bytes to move: each element read once and written once.

    There is no arithmetic; one operation per element stands for the move.
    """
    return {"bytes": inputs[0].nbytes + expected.nbytes, "operations": expected.size}


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return the share of elements, 0 to 1, that are not where they belong."""
    return float(np.mean(result != expected))
