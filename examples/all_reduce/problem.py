"""Means over two processes, ten times."""

import numpy as np

TIMES = 10

UNIT = "elements"
SIZES = (256, 4096, 65_536, 1_048_576, 8_388_608)
ERROR = "relative L2 error"
# Each element is a sum of two numbers, rounded to float32: at most 2**-24 off. Halving is exact,
# and the mean of two equal numbers is that number.
TOLERANCE = 1e-7


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return one array, shape (2, n), float32: a row for each process, such as its gradients."""
    return (rng.standard_normal((2, n), dtype=np.float32),)


def reference(parts: np.ndarray) -> np.ndarray:
    """Return what each process has at the end, in float64, shape (2, n): twice the mean."""
    return np.tile(parts.astype(np.float64).mean(axis=0), (2, 1))


def work(inputs: tuple, expected: np.ndarray) -> dict[str, int]:
    """Return the bytes and operations that any program needs: both rows in, both rows out, once.

    That the mean is taken ten times is a way to time it; nine of them change nothing.
    """
    (parts,) = inputs
    return {"bytes": 2 * parts.nbytes, "operations": parts.size}
