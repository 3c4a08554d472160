"""A million links, in chains."""

import functools

import numpy as np

# The table holds, for each entry, the number of another one: a link. The links make one random
# cycle through all entries. In any other random table most chains would soon run into a small
# cycle, which a cache holds.
ENTRIES = 2**24  # of 4 bytes: 64 MiB, more than the caches of a CPU's core or an H100's L2
LINKS = 2**20  # followed in each size, so that no size is small enough to stay in a cache

UNIT = "chains"
DTYPE = np.int32
SIZES = (1, 2**3, 2**6, 2**9, 2**12, 2**15)
ERROR = "share of chains that end elsewhere"
TOLERANCE = 0.0  # integers: where a chain ends is right or wrong


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the table, the entries where n chains start, int32, and the links in each chain.

    Raises ValueError if there are no chains, or more than links.
    """
    if not 1 <= n <= LINKS:
        raise ValueError(f"A million links do not make {n} chains.")
    # Another cycle for every call, at a small price: all entries move by one random distance.
    distance = rng.integers(ENTRIES, dtype=np.int32)
    table = np.roll(_cycle(), distance)
    table += distance
    table %= ENTRIES
    return table, rng.integers(ENTRIES, size=n, dtype=np.int32), LINKS // n


@functools.cache
def _cycle() -> np.ndarray:
    """Return a table of links that lead from any entry through all others and back, int32."""
    order = np.random.default_rng(24).permutation(ENTRIES).astype(np.int32)
    table = np.empty_like(order)
    table[order] = np.roll(order, -1)
    return table


def reference(table: np.ndarray, starts: np.ndarray, links: int) -> np.ndarray:
    """Return the entry where each chain ends, shape (n,)."""
    at = starts.astype(np.intp)
    for _ in range(links):
        at = np.take(table, at)
    return at


def work(inputs: tuple[np.ndarray, np.ndarray, int], expected: np.ndarray) -> dict[str, int]:
    """Return four bytes for each link, start and end, and one address to compute for each.

    A link is one number somewhere in the table. That the memory sends a whole line of them, of
    which the others are of no use, is its own affair.
    """
    _, starts, links = inputs
    numbers = starts.size * links + starts.size + expected.size
    return {"bytes": 4 * numbers, "operations": numbers}


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return the share of chains, 0 to 1, that end at another entry."""
    return float(np.mean(result != expected))
