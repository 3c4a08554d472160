"""Rank: how many of n numbers are lower."""

import numpy as np

# For each of n values: how many of the n numbers of a table are below it.
UNIT = "values"
SIZES = (2**6, 2**10, 2**14, 2**17, 2**19, 2**21)
ERROR = "share of wrong ranks"
TOLERANCE = 0.0  # comparing and counting round nothing


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the table and the values, random float32 from 0 up to 1, both of shape (n,)."""
    return rng.random(n, dtype=np.float32), rng.random(n, dtype=np.float32)


def reference(table: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return for each value how many numbers of the table are below it, int64, shape (n,).

    Both are sorted together, the values before equal numbers of the table: what then comes before
    a value and is not a value itself is below it.
    """
    both = np.concatenate([values, table])
    order = np.argsort(both, kind="stable")
    below = np.cumsum(order >= values.size)
    ranks = np.empty(values.size, np.int64)
    mine = order < values.size
    ranks[order[mine]] = below[mine]
    return ranks


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of table, values and 32-bit ranks, and the fewest comparisons of a search.

    A rank is one of n + 1 answers, and each comparison at best halves those that are left.
    """
    table, values = inputs
    return {
        "bytes": table.nbytes + values.nbytes + 4 * expected.size,
        "operations": values.size * table.size.bit_length(),
    }


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return the share of values, 0 to 1, whose ranks differ."""
    return float(np.mean(result != expected))
