"""NumPy: forward, loss, backward and update, each written out."""

import numpy as np


def forward(x, w1, b1, w2, b2, w3, b3):
    h1 = np.maximum(x @ w1 + b1, 0)
    h2 = np.maximum(h1 @ w2 + b2, 0)
    p = h2 @ w3 + b3
    p = np.exp(p - p.max(axis=1, keepdims=True))
    return h1, h2, p / p.sum(axis=1, keepdims=True)


def backward(x, h1, h2, d3, w2, w3):
    d2 = (d3 @ w3.T) * (h2 > 0)
    d1 = (d2 @ w2.T) * (h1 > 0)
    return x.T @ d1, d1.sum(axis=0), h1.T @ d2, d2.sum(axis=0), h2.T @ d3, d3.sum(axis=0)


def run(pictures, labels, rate, *weights):
    weights = [w.copy() for w in weights]
    rows = np.arange(labels.shape[1])
    losses = []
    for x, y in zip(pictures, labels, strict=True):
        h1, h2, p = forward(x, *weights)
        losses.append(-np.log(p[rows, y]).mean())
        p[rows, y] -= 1  # now the gradient by the scores, times the number of pictures
        gradients = backward(x, h1, h2, p / len(x), weights[2], weights[4])
        for w, gradient in zip(weights, gradients, strict=True):
            w -= rate * gradient
    p = forward(x, *weights)[-1]
    losses.append(-np.log(p[rows, y]).mean())
    return np.array(losses)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 1, 256), np.float32), np.ones((10, 1), int)  # always the same
    print(run(pictures, labels, 0.2, *weights))
