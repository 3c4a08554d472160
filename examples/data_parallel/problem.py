"""Training steps, each with a batch that can be halved."""

import itertools

import numpy as np

LAYERS = (256, 256, 128, 10)  # the network of `training`
STEPS = 10
RATE = 0.2

UNIT = "pictures per step"
SIZES = (8, 32, 128, 512, 2048, 8192)
TEST_SIZES = (2, 6, 66)
DTYPE = (np.float32, np.int64)
ERROR = "relative L2 error of the losses"
# Rounding to float32 leaves the losses of right programs at some 1e-6. Halves that are trained
# on for themselves, gradients that are added and not averaged, or a process that begins with other
# weights are off by 1e-4 and more: tests/examples/test_several.py plants them.
TOLERANCE = 1e-5


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray | float, ...]:
    """Return pictures and labels of ten steps with n each, the learning rate, and six weights.

    Pictures (10, n, 256) and weights are float32, labels (10, n) int64. Pictures are noise: what is
    on them changes no time. The weights are w1, b1, w2, b2, w3, b3; each w has a row per input.
    """
    if n < 2 or n % 2:
        raise ValueError(f"{n} pictures have no two equal halves")
    pictures = rng.standard_normal((STEPS, n, LAYERS[0]), dtype=np.float32)
    labels = rng.integers(0, LAYERS[-1], (STEPS, n))
    weights = []
    for rows, columns in itertools.pairwise(LAYERS):
        w = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32((2 / rows) ** 0.5)
        b = rng.standard_normal(columns, dtype=np.float32) * np.float32(0.01)
        weights += [w, b]
    return pictures, labels, RATE, *weights


def gradients(x: np.ndarray, y: np.ndarray, weights: list) -> tuple[float, list[np.ndarray]]:
    """Return the mean loss of pictures x with labels y, and its gradient by each of the weights."""
    layers = list(zip(weights[::2], weights[1::2], strict=True))
    inputs = [x]
    for w, b in layers[:-1]:
        inputs.append(np.maximum(inputs[-1] @ w + b, 0))
    w, b = layers[-1]
    scores = inputs[-1] @ w + b
    scores -= scores.max(axis=1, keepdims=True)
    logarithms = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -logarithms[np.arange(len(y)), y].mean()
    change = (np.exp(logarithms) - np.eye(LAYERS[-1])[y]) / len(y)
    found: list[np.ndarray] = []
    for (w, _), given in zip(layers[::-1], inputs[::-1], strict=True):
        found = [given.T @ change, change.sum(axis=0), *found]
        change = (change @ w.T) * (given > 0)
    return float(loss), found


def reference(
    pictures: np.ndarray, labels: np.ndarray, rate: float, *weights: np.ndarray
) -> np.ndarray:
    """Return the loss before each of the ten steps and after the last, in float64, shape (11,)."""
    now = [w.astype(np.float64) for w in weights]
    losses = []
    for x, y in zip(pictures, labels, strict=True):
        loss, found = gradients(x.astype(np.float64), y, now)
        losses.append(loss)
        now = [w - rate * g for w, g in zip(now, found, strict=True)]
    return np.array([*losses, gradients(pictures[-1].astype(np.float64), labels[-1], now)[0]])


def work(inputs: tuple, expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of pictures, labels, weights and losses, and the operations of the steps.

    A step multiplies and adds three times for every picture and weight: forward, for the gradient
    by the weight, and for the gradient by the layer's input, which the first layer can leave out.
    Then every weight changes, by a product and a difference. The last loss is one more way forward.
    What processes say to each other is no part of it: one process has no need to.
    """
    pictures, labels, _, *weights = inputs
    n = labels.shape[1]
    products = sum(w.size for w in weights[::2])
    step = n * 2 * (3 * products - weights[0].size) + 2 * sum(w.size for w in weights)
    return {
        "bytes": sum(a.nbytes for a in (pictures, labels, *weights)) + 4 * expected.size,
        "operations": len(labels) * step + n * 2 * products,
    }
