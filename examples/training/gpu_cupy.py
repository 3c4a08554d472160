"""CuPy: the NumPy program, with every array on the GPU."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(pictures, labels, rate, *weights):
    return cp.asarray(pictures), cp.asarray(labels), rate, *map(cp.asarray, weights)


def forward(x, w1, b1, w2, b2, w3, b3):
    h1 = cp.maximum(x @ w1 + b1, 0)
    h2 = cp.maximum(h1 @ w2 + b2, 0)
    p = h2 @ w3 + b3
    p = cp.exp(p - p.max(axis=1, keepdims=True))
    return h1, h2, p / p.sum(axis=1, keepdims=True)


def backward(x, h1, h2, d3, w2, w3):
    d2 = (d3 @ w3.T) * (h2 > 0)
    d1 = (d2 @ w2.T) * (h1 > 0)
    return x.T @ d1, d1.sum(axis=0), h1.T @ d2, d2.sum(axis=0), h2.T @ d3, d3.sum(axis=0)


def run(pictures, labels, rate, *weights):
    weights = [w.copy() for w in weights]
    rows = cp.arange(labels.shape[1])
    losses = []
    for x, y in zip(pictures, labels, strict=True):
        h1, h2, p = forward(x, *weights)
        losses.append(-cp.log(p[rows, y]).mean())
        p[rows, y] -= 1  # now the gradient by the scores, times the number of pictures
        gradients = backward(x, h1, h2, p / len(x), weights[2], weights[4])
        for w, gradient in zip(weights, gradients, strict=True):
            w -= rate * gradient
    p = forward(x, *weights)[-1]
    losses.append(-cp.log(p[rows, y]).mean())
    return cp.stack(losses)


def to_host(losses):
    return cp.asnumpy(losses)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 1, 256), np.float32), np.ones((10, 1), int)  # always the same
    print(to_host(run(*to_device(pictures, labels, 0.2, *weights))))
