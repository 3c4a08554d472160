"""Embedding search."""

import numpy as np

DIMENSIONS = 384  # a common length of the vectors that small text-embedding models produce

UNIT = "vectors"
SIZES = (2**4, 2**7, 2**10, 2**13, 2**16, 2**18)
ERROR = "relative L2 error"
# A sum of 384 products, rounded to float32 at every step, is off by 384 roundings of 6e-8 at the
# very worst, which is 2.3e-5. Roundings up and down cancel: right programs stay far below.
TOLERANCE = 5e-6


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return n random float32 vectors, shape (n, 384), and a query (384,), values 0 up to 1."""
    vectors = rng.random((n, DIMENSIONS), dtype=np.float32)
    return vectors, rng.random(DIMENSIONS, dtype=np.float32)


def reference(vectors: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Return the score of every vector, its dot product with the query, in float64, shape (n,)."""
    scores = np.empty(len(vectors))
    for first in range(0, len(vectors), 1024):  # in parts: a float64 copy of all is large
        part = slice(first, first + 1024)
        scores[part] = vectors[part].astype(np.float64) @ query.astype(np.float64)
    return scores


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of vectors, query and float32 scores, and one product and sum per number."""
    vectors, query = inputs
    return {
        "bytes": vectors.nbytes + query.nbytes + 4 * expected.size,
        "operations": 2 * vectors.size,
    }
