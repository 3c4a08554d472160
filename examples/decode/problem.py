"""One step of decoding: a token for each sequence."""

import functools
import math

import numpy as np

# The shapes of GPT-2 small (Radford and others, 2019), 124,439,808 weights, which are random here.
LAYERS, WIDTH, HEADS, VOCABULARY, CONTEXT = 12, 768, 12, 50257, 1024
PAST = 128  # tokens of each sequence whose keys and values are in the cache already

UNIT = "tokens"
SIZES = (1, 2, 4, 8, 16, 32)
TEST_SIZES = (1, 3)
DTYPE = (np.float32, np.int64)
ERROR = "relative L2 error of the logits"
# Each of 24 blocks rounds chains of up to 3,072 products and sums: 6e-8 * sqrt(3072 / 6) makes
# 1.4e-6 of a block's part. Attention passes differences on enlarged; measured is up to 3e-6. A mask
# that shows one token too many, a position off by one, or a wrong norm is off by 4e-1.
TOLERANCE = 1e-5
# bfloat16 rounds each weight, each cached number and each result in between to 8 bits, by up to
# 2**-8. Over two dozen blocks the roundings add up like a random walk: measured is 2e-2. Of 32
# sequences a single one that is wrong or missing makes 1.7e-1.
TOLERANCES = {"bfloat16": 6e-2}


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return one new token for each of n sequences with PAST earlier ones; see `model`."""
    return model((n, 1), rng)


def model(shape: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return new tokens, shape (sequences, new), the cache before them, and the weights.

    The cache is keys and values, (LAYERS, sequences, HEADS, PAST, 64) each. The weights are the
    vectors of tokens (VOCABULARY, WIDTH) and positions (CONTEXT, WIDTH); scale and shift of 25
    norms, (25, 2, WIDTH); the biases of each layer's four matrices in one row, (LAYERS, 9 WIDTH);
    and the matrices, (LAYERS, WIDTH, 3 WIDTH), (…, WIDTH, WIDTH), (…, WIDTH, 4 WIDTH) and
    (…, 4 WIDTH, WIDTH). All but the tokens are float32.
    """
    if min(shape) < 1 or PAST + shape[1] > CONTEXT:
        raise ValueError(f"No step has {shape[0]} sequences with {shape[1]} new tokens.")
    seed = int(rng.integers(2**32))
    cache = LAYERS, shape[0], HEADS, PAST, WIDTH // HEADS
    keys, values = (rng.random(cache, dtype=np.float32) - np.float32(0.5) for _ in range(2))
    return rng.integers(0, VOCABULARY, shape), 2 * keys, 2 * values, *weights(seed)


@functools.lru_cache(maxsize=1)
def weights(seed: int) -> tuple[np.ndarray, ...]:
    """Return the weights, as `model` describes them; nobody writes to them."""
    # All are cut from one row of random numbers, which repeats itself: 124 million in no time. Its
    # length is a prime, so that no two rows of a matrix are alike.
    row = np.random.default_rng(seed).random(1_048_573, dtype=np.float32) - np.float32(0.5)

    def cut(*dimensions: int, std: float) -> np.ndarray:
        row[:] = np.roll(row, 1009)
        return np.resize(row * np.float32(std * math.sqrt(12)), dimensions)

    norms = cut(2 * LAYERS + 1, 2, WIDTH, std=0.1)
    norms[:, 0] += 1
    return (
        cut(VOCABULARY, WIDTH, std=0.02),
        cut(CONTEXT, WIDTH, std=0.02),
        norms,
        cut(LAYERS, 9 * WIDTH, std=0.02),
        cut(LAYERS, WIDTH, 3 * WIDTH, std=0.05),  # so that attention prefers some tokens
        cut(LAYERS, WIDTH, WIDTH, std=0.02),
        cut(LAYERS, WIDTH, 4 * WIDTH, std=0.02),
        cut(LAYERS, 4 * WIDTH, WIDTH, std=0.02),
    )


def normalised(x: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Return x with mean 0 and variance 1 in each row, then scaled and shifted."""
    spread = np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return (x - x.mean(-1, keepdims=True)) / spread * scale + shift


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return what each query of a head finds; the last query sees all keys, the one before not."""
    scores = q @ k.T / math.sqrt(q.shape[1])
    ahead = np.arange(len(k)) > np.arange(len(k) - len(q), len(k))[:, None]
    weights = np.exp(np.where(ahead, -np.inf, scores - scores.max(1, keepdims=True)))
    return weights / weights.sum(1, keepdims=True) @ v


def reference(
    tokens: np.ndarray,
    keys: np.ndarray,
    values: np.ndarray,
    wte: np.ndarray,
    wpe: np.ndarray,
    norms: np.ndarray,
    biases: np.ndarray,
    *matrices: np.ndarray,
) -> np.ndarray:
    """Return the logits of each sequence's next token in float64, shape (sequences, VOCABULARY).

    One sequence and one head after the other, and every matrix in float64.
    """
    width, past = wte.shape[1], keys.shape[3]
    x = wte[tokens].astype(np.float64) + wpe[past : past + tokens.shape[1]]
    for layer in range(len(keys)):
        qkv, out, up, down = (m[layer].astype(np.float64) for m in matrices)
        b_qkv, b_out, b_up, b_down = np.split(biases[layer], [3 * width, 4 * width, 8 * width])
        h = normalised(x, *norms[2 * layer]) @ qkv + b_qkv
        mixed = np.empty_like(x)
        for s, head in np.ndindex(keys.shape[1:3]):
            part = slice(head * keys.shape[4], (head + 1) * keys.shape[4])
            q, k, v = (third[:, part] for third in np.split(h[s], 3, axis=1))
            k = np.concatenate((keys[layer, s, head], k))
            v = np.concatenate((values[layer, s, head], v))
            mixed[s, :, part] = attention(q, k, v)
        x = x + mixed @ out + b_out
        h = normalised(x, *norms[2 * layer + 1]) @ up + b_up
        h = 0.5 * h * (1 + np.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3)))
        x = x + h @ down + b_down
    return normalised(x[:, -1], *norms[-1]) @ wte.T.astype(np.float64)


def work(inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> dict[str, int]:
    """Return the least bytes and operations of a step.

    Bytes: every weight once, but of the positions only the new ones; the cache read, the new keys
    and values written; tokens and float32 logits. Operations: one product and sum for each weight
    of a layer's matrices and each new token, for each visible key and value, and for the logits of
    the last token only.
    """
    tokens, keys, _, wte, wpe, norms, biases, *matrices = inputs
    sequences, new = tokens.shape
    entry = 2 * len(keys) * wte.shape[1]  # numbers in the cache for each token
    read = wte.size + new * wpe.shape[1] + norms.size + biases.size + sum(m.size for m in matrices)
    length = keys.shape[3] + new
    seen = sum(range(keys.shape[3] + 1, length + 1))  # tokens that each new one sees, added up
    multiplied = tokens.size * sum(m.size for m in matrices) + sequences * (seen * entry + wte.size)
    return {
        "bytes": 4 * (read + sequences * length * entry + expected.size) + tokens.nbytes,
        "operations": 2 * multiplied,
    }
