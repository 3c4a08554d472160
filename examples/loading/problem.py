"""Training steps, each with the loading of its pictures."""

import itertools

import numpy as np

LAYERS = (256, 256, 128, 10)  # the network of the example `training`
STEPS = 10
RATE = 0.005  # small, see TOLERANCE

UNIT = "pictures per step"
SIZES = (8, 32, 128, 512, 2048, 8192)
TEST_SIZES = (1, 2, 33)
DTYPE = (np.float32, np.int64, np.uint8, np.bool_)
ERROR = "relative L2 error of the losses"
# As in `training`: a sum of 256 products is off by about 6e-8 * sqrt(256) = 1e-6, in a score of one
# picture, and a loss is a mean. A picture that is not turned, or that stands beside the digit of
# another, changes the losses by 1e-5 and more: tests/examples/test_loading.py plants both.
# ReLU's slope jumps at zero. A sum that is zero within rounding may lie on the other side of it in
# a right program, whose gradients then differ in one unit of one picture. With 512 pictures there
# is such a sum. At a rate of 0.05 it changed the losses by 5e-6; at this rate by 4e-7.
TOLERANCE = 2e-6


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray | float, ...]:
    """Return one pass over ten times n stored pictures, in random order, and six weights.

    They are the pictures as bytes, (10 n, 16, 16), their digits, (10 n,), which of them each of ten
    steps takes, (10, n), whether it mirrors them, (10, n), the learning rate, and w1, b1, w2, b2,
    w3, b3. What the pictures show does not matter for the time: they are random.
    """
    total = STEPS * n
    weights = []
    for rows, columns in itertools.pairwise(LAYERS):
        w = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32((2 / rows) ** 0.5)
        weights += [w, rng.standard_normal(columns, dtype=np.float32) * np.float32(0.01)]
    return (
        rng.integers(0, 256, (total, 16, 16), dtype=np.uint8),
        rng.integers(0, 10, total),
        rng.permutation(total).reshape(STEPS, n),
        rng.random((STEPS, n)) < 0.5,
        RATE,
        *weights,
    )


def gradients(x: np.ndarray, y: np.ndarray, weights: list) -> tuple[float, list[np.ndarray]]:
    """Return the mean loss of pictures x with digits y, and its gradient by each of the weights."""
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
    files: np.ndarray,
    digits: np.ndarray,
    order: np.ndarray,
    mirrored: np.ndarray,
    rate: float,
    *weights: np.ndarray,
) -> np.ndarray:
    """Return the loss before each of the ten steps, in float64, shape (10,).

    A byte becomes (byte - 127.5) / 64, so that a picture has a mean near 0 and a spread near 1.
    """
    now = [w.astype(np.float64) for w in weights]
    losses = []
    for chosen, turned in zip(order, mirrored, strict=True):
        pictures = [
            files[k][:, ::-1] if mirror else files[k]
            for k, mirror in zip(chosen, turned, strict=True)
        ]
        x = (np.reshape(pictures, (len(chosen), -1)).astype(np.float64) - 127.5) / 64
        loss, found = gradients(x, digits[chosen], now)
        losses.append(loss)
        now = [w - rate * g for w, g in zip(now, found, strict=True)]
    return np.array(losses)


def work(inputs: tuple, expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of all inputs and of the losses, and the operations of loading and steps.

    Loading takes two operations for each pixel. A step multiplies and adds three times for every
    picture and weight, but not for the gradient by the pictures, and changes every weight; of the
    last step only the way forward shows.
    """
    files, digits, order, mirrored, _, *weights = inputs
    pictures = order.size
    last = order.shape[1]
    products = sum(w.size for w in weights[::2])
    back = 2 * (2 * products - weights[0].size)
    update = 2 * sum(w.size for w in weights)
    return {
        "bytes": sum(a.nbytes for a in (files, digits, order, mirrored, *weights))
        + 4 * expected.size,
        "operations": 2 * files.size
        + pictures * 2 * products
        + (pictures - last) * back
        + (len(order) - 1) * update,
    }
