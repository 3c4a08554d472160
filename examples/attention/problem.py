"""Attention."""

import numpy as np

HEADS, HEAD = 4, 64  # four heads, as a block of width 256 has them

UNIT = "positions"
SIZES = (2**4, 2**6, 2**8, 2**10, 2**11, 2**12)
TEST_SIZES = (1, 2, 97, 256, 257, 300)
ERROR = "relative L2 error"
# A position's weights are positive and add up to 1; the values have random signs. A sum over 4,096
# of them is off by 6e-8 * sqrt(4096 / 6), 1.6e-6, if it is one chain; libraries use short ones.
TOLERANCE = 2e-6
TOLERANCES = {"bfloat16": 2**-6}  # inputs, weights and result are rounded by 2**-8 at most


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return random queries, keys and values of four heads, each of shape (4, n, 64)."""
    q, k, v = rng.standard_normal((3, HEADS, n, HEAD), dtype=np.float32)
    return q, k, v


def reference(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return softmax(q kᵀ / 8) v for each head, in float64, shape (4, n, 64)."""
    result = np.empty(q.shape)
    for head in range(HEADS):
        keys, values = k[head].astype(np.float64), v[head].astype(np.float64)
        for first in range(0, q.shape[1], 512):  # in parts: the whole matrix is large
            rows = slice(first, first + 512)
            scores = q[head, rows].astype(np.float64) @ keys.T / np.sqrt(HEAD)
            weights = np.exp(scores - scores.max(axis=1, keepdims=True))
            result[head, rows] = weights @ values / weights.sum(axis=1, keepdims=True)
    return result


def work(inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of queries, keys, values and result, and the operations of two products.

    No byte for the matrix of scores: a program need not store it. One exponential per score.
    """
    heads, n, width = expected.shape
    return {
        "bytes": sum(a.nbytes for a in inputs) + 4 * expected.size,
        "operations": 4 * heads * n * n * width + heads * n * n,
    }
