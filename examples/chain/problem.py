"""A chain of 2 multiply-adds."""

import numpy as np

# Every element starts as v = x. Each step multiplies v by x and adds the next coefficient, which is
# the same for all elements: Horner's rule, the usual way to evaluate a polynomial. (With thousands
# of x for one polynomial, the coefficients can be reworked beforehand so that about half of the
# multiplications go away. That loses digits, and nobody does it at such lengths.)
STEPS = 2

UNIT = "elements"
SIZES = (2**8, 2**11, 2**14, 2**17, 2**20, 2**22, 2**25)
ERROR = "relative L2 error"
# Measured: rounding to float32 in every step leaves errors of up to 5e-8 with 2 steps and of up to
# 8e-7 with 1,024: x is below 1 and shrinks what was rounded earlier. Forgetting the first step,
# which counts least, is off by 2e-3 and more at the sizes that are timed.
TOLERANCE = 3e-6


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return x, shape (n,), and the coefficients, shape (STEPS,): float32 from -1 up to 1."""
    return tuple(2 * rng.random(m, dtype=np.float32) - 1 for m in (n, STEPS))


def reference(x: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Return the end of every chain, computed in float64, shape (n,)."""
    values = np.empty(x.size)
    for first in range(0, x.size, 4096):  # in parts that stay in the cache
        part = x[first : first + 4096].astype(np.float64)
        v = part.copy()
        for c in coefficients.astype(np.float64):
            v *= part
            v += c
        values[first : first + 4096] = v
    return values


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of x, coefficients and float32 values, and two operations per step."""
    x, coefficients = inputs
    return {
        "bytes": x.nbytes + coefficients.nbytes + 4 * expected.size,
        "operations": 2 * coefficients.size * x.size,
    }
