"""Training steps."""

import itertools

import numpy as np

LAYERS = (256, 256, 128, 10)  # pixels of a picture, two hidden layers, ten digits
STEPS = 10
RATE = 0.2

UNIT = "pictures per step"
SIZES = (8, 32, 128, 512, 2048, 8192)
TEST_SIZES = (1, 2, 33)
DTYPE = (np.float32, np.int64)
ERROR = "relative L2 error of the losses"
# Rounding to float32 after each of 256 additions is an error of about 6e-8 * sqrt(256) = 1e-6, in
# a score of one picture. A loss is the mean over pictures, and ten small steps add little: right
# programs stay below 3e-7, and with 8,192 pictures below 1e-6. A rate that is one part in a
# thousand off changes the losses by 1e-5 and more, and so do gradients that are not divided by the
# number of pictures, a bias that does not learn, or a last update that is missing:
# tests/examples/test_training.py plants them.
TOLERANCE = 2e-6
# bfloat16 rounds the factors of each product by up to 2**-8. With one picture the losses are up to
# 2e-2 off, with eight up to 8e-3, with 512 1e-4. Losses that do not fall are off by 6e-2 and more.
TOLERANCES = {"bfloat16": 4e-2}

FONT = """
.###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###.
#...# .##.. #...# ...#. ..##. #.... .#... ....# #...# #...#
#..## ..#.. ....# ..#.. .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ...#. ...#. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
#...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#.
.###. .###. ##### .###. ...#. .###. .###. .#... .###. .##..
"""
ROWS = [line.split() for line in FONT.strip().splitlines()]
GLYPHS = np.array([[list(row[digit]) for row in ROWS] for digit in range(10)]) == "#"
GLYPHS = np.pad(GLYPHS, ((0, 0), (1, 1), (1, 1))).astype(np.float32)  # an empty border


def draw(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a picture of 16 x 16 for each digit, as a row: moved, scaled, slanted, and noisy."""
    y, x = (axis.ravel() for axis in np.mgrid[-7.5:8, -7.5:8].astype(np.float32))

    def random(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, (len(labels), 1)).astype(np.float32)

    row = (y - random(-1.5, 1.5)) / random(1.4, 2)
    column = (x - random(-1.5, 1.5)) / random(1.4, 2) + random(-0.3, 0.3) * row
    row = np.clip(np.rint(row + 4), 0, 8).astype(np.int32)
    column = np.clip(np.rint(column + 3), 0, 6).astype(np.int32)
    pictures = GLYPHS[labels[:, None], row, column] * random(0.5, 1)
    pictures += 0.2 * rng.standard_normal(pictures.shape, dtype=np.float32)
    return pictures


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray | float, ...]:
    """Return pictures and labels of ten steps with n each, the learning rate, and six weights.

    Pictures (10, n, 256) and weights are float32, labels (10, n) int64. The weights are w1, b1, w2,
    b2, w3, b3; each w has a row per input, each b a number per output.
    """
    labels = rng.integers(0, 10, (STEPS, n))
    pictures = np.stack([draw(step, rng) for step in labels])
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
    change = (np.exp(logarithms) - np.eye(10)[y]) / len(y)
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
    """
    pictures, labels, _, *weights = inputs
    n = labels.shape[1]
    products = sum(w.size for w in weights[::2])
    step = n * 2 * (3 * products - weights[0].size) + 2 * sum(w.size for w in weights)
    return {
        "bytes": sum(a.nbytes for a in (pictures, labels, *weights)) + 4 * expected.size,
        "operations": len(labels) * step + n * 2 * products,
    }
