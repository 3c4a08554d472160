"""Array addition."""

import numpy as np

UNIT = "elements"
SIZES = (2**8, 2**11, 2**14, 2**17, 2**20, 2**23, 2**26)
FIRST_CALL_SIZE = 2**20
ERROR = "relative L2 error"
# Rounding a sum to float32 changes it by at most one part in 2**24, which is 6.0e-8.
TOLERANCE = 1e-7


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return two random float32 arrays of shape (n,), with values from 0 up to 1."""
    return rng.random(n, dtype=np.float32), rng.random(n, dtype=np.float32)


def reference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a + b, added in float64, of shape (n,)."""
    return a.astype(np.float64) + b.astype(np.float64)


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the least bytes to move (two float32 read, one written) and additions to do."""
    return {"bytes": 12 * expected.size, "operations": expected.size}
