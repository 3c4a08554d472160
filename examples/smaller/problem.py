"""A matrix times a vector, the work of one token, with the weights in fewer bits."""

import numpy as np

# Llama 3 8B has vectors of 4,096 numbers; its feed-forward matrices have 14,336 rows, and all
# matrices of one of its layers together 53,248.
WIDTH = 4096
ROWS = (16, 128, 1024, 4096, 14_336, 53_248)

UNIT = "weights"
SIZES = tuple(rows * WIDTH for rows in ROWS)
TEST_SIZES = (13 * WIDTH, 97 * WIDTH)  # an error is a share of the result: of many, no accident
ERROR = "relative L2 error"
# A sum of 4,096 products with random signs: 6e-8 * sqrt(4096 / 6) is 1.6e-6, if it is one chain.
TOLERANCE = 5e-6
# The rest is what rounding the weights does. They have a normal distribution: the largest of 32,
# without its sign, is 2.35 standard deviations on average, and is what 127 or 8 steps reach up to.
# A step of 2.35 / 127 has an error of 1 / 12**0.5 of it, which makes 5.3e-3 of a standard
# deviation; one of 2.35 / 8 makes 8.5e-2; with one scale for a whole row, whose largest is 3.8,
# 8.6e-3. Where the vector is rounded to eight bits as well, as much comes on top. The eight values
# of MXFP4 lie closer to each other near zero, but its scale is a power of two: measured is 1.2e-1.
# bfloat16 rounds by up to 2**-8, and so does a program's result in it.
TOLERANCES = {"bfloat16": 2**-7, "int8": 2e-2, "int4": 1.2e-1, "mxfp4": 1.6e-1}


def label(n: int) -> str:
    """Return how a size is shown: rows × columns."""
    return f"{n // WIDTH:,} × {WIDTH}"


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return n random float32 weights, shape (n / WIDTH, WIDTH), and a vector, shape (1, WIDTH).

    Both are normally distributed. Raises ValueError for a row that is not whole.
    """
    if n < 1 or n % WIDTH:
        raise ValueError(f"No matrix with rows of {WIDTH} has {n} weights.")
    return matrix(n // WIDTH, rng), rng.standard_normal((1, WIDTH), dtype=np.float32)


def matrix(rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return random float32 weights, shape (rows, WIDTH)."""
    # Cut from one row of random numbers, whose length is a prime: two hundred million in no time.
    row = rng.standard_normal(min(rows * WIDTH, 1_048_573), dtype=np.float32)
    return np.resize(row, (rows, WIDTH))


def reference(weights: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return x times the weights as they were before rounding, in float64, shape (tokens, rows)."""
    result = np.empty((len(x), len(weights)))
    for first in range(0, len(weights), 1024):  # in parts: a float64 copy of all is large
        part = slice(first, first + 1024)
        result[:, part] = x.astype(np.float64) @ weights[part].astype(np.float64).T
    return result


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of weights, vectors and results in float32, and a product and sum for each.

    A program that stores weights in fewer bits is held to as many fewer bytes, its scales aside.
    """
    weights, x = inputs
    return {
        "bytes": weights.nbytes + x.nbytes + 4 * expected.size,
        "operations": 2 * weights.size * len(x),
    }
