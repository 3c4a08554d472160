"""Matrix product."""

import math

import numpy as np

UNIT = "numbers per matrix"
ORDERS = (32, 128, 500, 1000, 2000, 4000)
SIZES = tuple(order * order for order in ORDERS)
FIRST_CALL_SIZE = 1000 * 1000
ERROR = "relative L2 error"
# Rounding to float32 after each of n additions of numbers with random signs makes an error of about
# 6e-8 * sqrt(n / 6) of the result, if they form one chain: 1.5e-6 for n = 4,000.
TOLERANCE = 5e-6
# 10 bits of mantissa, for TF32 and float16. A factor whose other bits are cut off loses at most
# 2**-10 of its value, a rounded one half of that; a product has two factors.
TOLERANCES = {"tf32": 2**-9, "float16": 2**-9}


def order(n: int) -> int:
    """Return how many rows and columns the square matrix with n numbers has.

    Raises ValueError if there is none.
    """
    rows = math.isqrt(max(n, 0))
    if n < 1 or rows * rows != n:
        raise ValueError(f"No square matrix has {n} numbers.")
    return rows


def label(n: int) -> str:
    """Return how a size is shown: rows × columns."""
    return f"{order(n)} × {order(n)}"


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return two square float32 matrices with n random numbers each, from -0.5 up to 0.5."""
    shape = order(n), order(n)
    a, b = (rng.random(shape, dtype=np.float32) - np.float32(0.5) for _ in range(2))
    return a, b


def reference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the matrix product in float64."""
    return a.astype(np.float64) @ b.astype(np.float64)


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of three float32 matrices, and the products and sums by the definition.

    Strassen's algorithm and its successors need fewer operations for large matrices, lose digits,
    and are not what the libraries use.
    """
    a, b = inputs
    return {
        "bytes": a.nbytes + b.nbytes + 4 * expected.size,
        "operations": 2 * expected.size * a.shape[1],
    }
