"""One step of decoding in a layer that is wide."""

import functools
import math

import numpy as np

from .problem import *

# One of the 32 layers of GPT-3 6.7B (Brown and others, 2020, table 2.1): 201 million weights, or
# 0.8 GB in float32. Each of its four matrices is a long read of its own. The table of tokens has
# one for each byte, so that it adds hardly anything.
LAYERS, WIDTH, HEADS, VOCABULARY = 1, 4096, 32, 256

SIZES = (1, 2, 4, 8, 32)
TEST_SIZES = (3,)
# Two blocks, each with chains of up to 16,384 products and sums: 6e-8 * sqrt(16384 / 6) makes 3e-6
# of a block's part; measured is up to 3e-6. In bfloat16 measured is 1e-2, and less is allowed than
# in twelve layers: of 32 sequences a single one that is wrong or missing makes 1.6e-1.
TOLERANCES = {"bfloat16": 3e-2}


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return one new token for each of n sequences with PAST earlier ones, cache and weights.

    As `model` in problem.py returns them, with this file's shapes.
    """
    if n < 1:
        raise ValueError(f"No step has {n} sequences.")
    seed = int(rng.integers(2**32))
    cache = LAYERS, n, HEADS, PAST, WIDTH // HEADS
    keys, values = (2 * rng.random(cache, dtype=np.float32) - 1 for _ in range(2))
    return rng.integers(0, VOCABULARY, (n, 1)), keys, values, *weights(seed)


@functools.lru_cache(maxsize=1)
def weights(seed: int) -> tuple[np.ndarray, ...]:
    """Return the weights, in the order of `model`; nobody writes to them."""
    # As in problem.py: all are cut from one row of random numbers, whose length is a prime.
    row = np.random.default_rng(seed).random(1_048_573, dtype=np.float32) - np.float32(0.5)

    def cut(*dimensions: int, std: float) -> np.ndarray:
        row[:] = np.roll(row, 1009)
        return np.resize(row * np.float32(std * math.sqrt(12)), dimensions)

    norms = cut(2 * LAYERS + 1, 2, WIDTH, std=0.1)
    norms[:, 0] += 1
    usual = 0.55 / math.sqrt(WIDTH)  # so that a block's part is as large as in the narrow model
    return (
        cut(VOCABULARY, WIDTH, std=0.02),
        cut(CONTEXT, WIDTH, std=0.02),
        norms,
        cut(LAYERS, 9 * WIDTH, std=0.02),
        cut(LAYERS, WIDTH, 3 * WIDTH, std=2.5 * usual),  # so that attention prefers some tokens
        cut(LAYERS, WIDTH, WIDTH, std=usual),
        cut(LAYERS, WIDTH, 4 * WIDTH, std=usual),
        cut(LAYERS, 4 * WIDTH, WIDTH, std=usual),
    )
