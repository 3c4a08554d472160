"""Sum of positive numbers, held against the exact sum."""

import numpy as np

UNIT = "elements"
# 3 * 2**23 numbers are 100 MB, and add up to less than 2**24, where a float32 total stops growing.
SIZES = (2**8, 2**11, 2**14, 2**17, 2**20, 2**23, 3 * 2**23)
ERROR = "relative error"
# An addition in float32 rounds by at most 2**-24 of its result: as a uniform error, a standard
# deviation of at most 2**-24 / 3**0.5. In the worst of our programs, one long chain, the running
# total of n such numbers grows evenly. Then its n errors add up to a standard deviation of at most
# 2**-24 * n**0.5 / 3 of the sum: 1.0e-4 for the largest n. Five of those. (The bound without
# statistics is n * 2**-24, which is above one: for the largest n it promises nothing.)
TOLERANCE = 5 * 2**-24 * SIZES[-1] ** 0.5 / 3
# Every number is a multiple of 2**-24, and every total is below 2**24. That is 48 binary digits of
# the 53 of float64, so that no addition rounds, in whatever order: the oracle and each program that
# keeps its totals in float64 are exact.
TOLERANCES = {"float64": 0.0}


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return n random float32 numbers of shape (n,), multiples of 2**-24 from 0 up to 1."""
    return (rng.random(n, dtype=np.float32),)


def reference(x: np.ndarray) -> np.ndarray:
    """Return the sum, added in float64, of shape (1,): here no addition rounds."""
    return x.sum(dtype=np.float64, keepdims=True)


def work(inputs: tuple[np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of the numbers and of their sum, and one addition fewer than numbers."""
    (x,) = inputs
    return {"bytes": x.nbytes + 4, "operations": x.size - 1}


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return how far the sum is off, as a share of the exact sum."""
    exact = float(expected[0])
    off = abs(float(result[0]) - exact)
    return off / abs(exact) if exact else off
