"""Transformer block, gradient."""

import numpy as np

WIDTH = 128  # numbers in the vector at each position
HEAD = 64  # of them in each head of the attention
HEADS = WIDTH // HEAD

UNIT = "positions"
SIZES = (2**3, 2**6, 2**8, 2**9, 2**10, 2**11)
TEST_SIZES = (1, 2, 33, 130)
ERROR = "relative L2 error"
# A gradient adds a product per position, up to 2,048. Each is off by about 1e-6, from the sums
# before it in both directions, and the errors have random signs.
TOLERANCE = 5e-6
# bfloat16 rounds the factors of each product by up to 2**-8, and where it moves a sum across zero,
# ReLU lets a slope through or not: for few positions that is up to 5e-2, for many 1e-2. A loss that
# is a tenth too large is off by 1e-1, a missing mask by 2e-1 and more.
TOLERANCES = {"bfloat16": 8e-2}


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return n random vectors, n targets, and the weights of one block as in `transformer`."""
    x, target = rng.standard_normal((2, n, WIDTH), dtype=np.float32)
    shapes = ((3 * WIDTH, WIDTH), (WIDTH, WIDTH), (4 * WIDTH, WIDTH), (WIDTH, 4 * WIDTH))
    weights = [
        (2 * rng.random(shape, dtype=np.float32) - 1) * np.float32((3 / shape[1]) ** 0.5)
        for shape in shapes
    ]
    return x, target, *weights


def normed(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each row with mean 0 and variance 1, and by what it was divided."""
    x = x - x.mean(axis=1, keepdims=True)
    root = np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5)
    return x / root, root


def d_normed(normal: np.ndarray, root: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return the gradient of what `normed` was given, from that of what it gave."""
    along = normal * (slope * normal).mean(axis=1, keepdims=True)
    return np.asarray((slope - slope.mean(axis=1, keepdims=True) - along) / root)


def split(x: np.ndarray) -> np.ndarray:
    """Return columns as heads: from (n, heads * 64) to (heads, n, 64)."""
    return x.reshape(len(x), -1, HEAD).transpose(1, 0, 2)


def joined(x: np.ndarray) -> np.ndarray:
    """Return heads as columns: what `split` did, undone."""
    return x.transpose(1, 0, 2).reshape(x.shape[1], -1)


def reference(x: np.ndarray, target: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Return the gradient of the mean squared error at all weights, in float64.

    Its rows are those of queries, keys and values, of the attention's output, of the first layer of
    the feed-forward network, and of its second layer, which is written with 128 columns as well.
    """
    w_qkv, w_out, w_up, w_down = (w.astype(np.float64) for w in weights)
    x = x.astype(np.float64)
    first, _ = normed(x)
    q, k, v = (split(part) for part in np.split(first @ w_qkv.T, 3, axis=1))
    scores = q @ k.transpose(0, 2, 1) / HEAD**0.5
    scores[:, np.triu(np.ones((len(x), len(x)), bool), 1)] = -np.inf
    shares = np.exp(scores - scores.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    mix = joined(shares @ v)
    middle = x + mix @ w_out.T
    second, second_root = normed(middle)
    up = np.maximum(second @ w_up.T, 0)
    slope = 2 * (middle + up @ w_down.T - target) / target.size

    d_down = slope.T @ up
    d_up = (slope @ w_down) * (up > 0)
    slope = slope + d_normed(second, second_root, d_up @ w_up)
    d_mix = split(slope @ w_out)
    d_shares = d_mix @ v.transpose(0, 2, 1)
    d_scores = shares * (d_shares - (d_shares * shares).sum(axis=2, keepdims=True)) / HEAD**0.5
    d_q, d_k = d_scores @ k, d_scores.transpose(0, 2, 1) @ q
    d_v = shares.transpose(0, 2, 1) @ d_mix
    d_qkv = np.concatenate([joined(d) for d in (d_q, d_k, d_v)], axis=1)
    rows = (d_qkv.T @ first, slope.T @ mix, d_up.T @ second, d_down.reshape(-1, WIDTH))
    return np.concatenate(rows)


def work(inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of inputs and gradient, and six operations per weight and position.

    Two of them are of the forward pass; two make the weight's gradient, and two hand the slope on,
    but for the weights of queries, keys and values, which have nobody to hand it to. Besides,
    twelve per number of the vectors for each pair of a position and one that it looks at.
    """
    x, _, *weights = inputs
    n, every = len(x), sum(w.size for w in weights)
    pairs = n * (n + 1) // 2
    return {
        "bytes": sum(a.nbytes for a in inputs) + 4 * expected.size,
        "operations": n * (6 * every - 2 * weights[0].size) + 12 * WIDTH * pairs,
    }
