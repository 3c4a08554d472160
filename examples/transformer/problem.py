"""Transformer block."""

import numpy as np

WIDTH = 128  # numbers in the vector at each position
HEAD = 64  # of them in each head of the attention, as in GPT-2

UNIT = "positions"
SIZES = (2**3, 2**6, 2**9, 2**10, 2**11, 2**12, 2**13, 2**14)
TEST_SIZES = (1, 2, 33, 130, 257)
ERROR = "relative L2 error"
# A sum of 512 products, rounded to float32 one by one, is off by about 6e-8 * sqrt(512 / 6), 6e-7;
# five such sums and two norms follow each other, and each adds to numbers that are as large.
TOLERANCE = 3e-6
# bfloat16 has 8 bits: rounding is off by 2**-8 at most. Some ten roundings follow each other.
TOLERANCES = {"bfloat16": 2**-6}


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return n random vectors and the weights of one block, 12 * WIDTH**2 in all.

    They are those of the queries, keys and values (one below the other), of the attention's output,
    and of the two layers of the feed-forward network. Their range keeps numbers at their size.
    """
    x = rng.standard_normal((n, WIDTH), dtype=np.float32)
    shapes = ((3 * WIDTH, WIDTH), (WIDTH, WIDTH), (4 * WIDTH, WIDTH), (WIDTH, 4 * WIDTH))
    weights = [
        (2 * rng.random(shape, dtype=np.float32) - 1) * np.float32((3 / shape[1]) ** 0.5)
        for shape in shapes
    ]
    return x, *weights


def normed(x: np.ndarray) -> np.ndarray:
    """Return each row with mean 0 and variance 1."""
    x = x - x.mean(axis=1, keepdims=True)
    return np.asarray(x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5))


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the values, weighted for each position by its query and the keys up to it."""
    result = np.empty_like(q)
    for first in range(0, len(q), 512):  # in parts: the whole matrix is large
        last = min(first + 512, len(q))
        scores = q[first:last] @ k[:last].T / np.sqrt(q.shape[1])
        scores[np.arange(last) > np.arange(first, last)[:, None]] = -np.inf
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        result[first:last] = weights @ v[:last] / weights.sum(axis=1, keepdims=True)
    return result


def reference(x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Return the block's output in float64, shape (n, WIDTH).

    Norm, attention with a causal mask, norm, feed-forward network with ReLU; what goes into each
    pair is added to what comes out.
    """
    w_qkv, w_out, w_up, w_down = (w.astype(np.float64) for w in weights)
    x = x.astype(np.float64)
    q, k, v = np.split(normed(x) @ w_qkv.T, 3, axis=1)
    heads = [slice(first, first + HEAD) for first in range(0, WIDTH, HEAD)]
    y = np.concatenate([attention(q[:, h], k[:, h], v[:, h]) for h in heads], axis=1)
    x = x + y @ w_out.T
    return np.asarray(x + np.maximum(normed(x) @ w_up.T, 0) @ w_down.T)


def work(inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of vectors, weights and outputs, and two operations per weight and position.

    Besides, four per number of the vectors for each pair of a position and one that it looks at.
    Norms, ReLU and the exponentials are left out: a few per cent.
    """
    x, *weights = inputs
    n = len(x)
    return {
        "bytes": x.nbytes + sum(w.nbytes for w in weights) + 4 * expected.size,
        "operations": 2 * n * sum(w.size for w in weights) + 4 * WIDTH * (n * (n + 1) // 2),
    }
