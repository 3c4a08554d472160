"""Sum of an array."""

import numpy as np

UNIT = "elements"
SIZES = (2**8, 2**12, 2**16, 2**21, 2**24, 2**26)
# The numbers are scaled so that their absolute values add up to about 1: an error of 1e-7 is one
# part in ten million of all that was added up, at every size.
ERROR = "error, where the absolute values add up to about 1"
# An addition rounds by at most one part in 2**24 of the running total. With random signs the total
# of n numbers stays near 2 / (3 * n)**0.5, and n roundings, up and down, add up to n**0.5 of one:
# to about 2**-24 * 2 / 3**0.5 = 6.9e-8 at most, at every n. Measured, for the plainest program, one
# addition after the other, in thousands of runs: 1.4e-8 on average, 2.0e-7 at worst.
TOLERANCE = 3e-7


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return n random float32 numbers of both signs, shape (n,), from -2/n up to 2/n."""
    x = rng.random(n, dtype=np.float32)
    x -= np.float32(0.5)
    x *= np.float32(4 / n)
    return (x,)


def reference(x: np.ndarray) -> np.ndarray:
    """Return the sum, added in float64, of shape (1,)."""
    return x.sum(dtype=np.float64, keepdims=True)


def work(inputs: tuple[np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of the numbers and of their sum, and one addition fewer than numbers."""
    (x,) = inputs
    return {"bytes": x.nbytes + 4, "operations": x.size - 1}


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return how far the sum is off."""
    return float(abs(result[0] - expected[0]))
