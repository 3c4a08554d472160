"""NumPy: load a batch, train on it, load the next."""

import numpy as np


def load(files, chosen, mirrored):
    x = (files[chosen].astype(np.float32) - np.float32(127.5)) / np.float32(64)
    x[mirrored] = x[mirrored, :, ::-1]
    return x.reshape(len(x), -1)


def step(x, y, w1, b1, w2, b2, w3, b3):
    h1 = np.maximum(x @ w1 + b1, 0)
    h2 = np.maximum(h1 @ w2 + b2, 0)
    p = h2 @ w3 + b3
    p = np.exp(p - p.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1  # now the gradient by the scores, times the number of pictures
    d3 = p / len(y)
    d2 = (d3 @ w3.T) * (h2 > 0)
    d1 = (d2 @ w2.T) * (h1 > 0)
    return loss, (x.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ d3, d3.sum(0))


def run(files, digits, order, mirrored, rate, *weights):
    weights = [w.copy() for w in weights]
    losses = []
    for chosen, turned in zip(order, mirrored, strict=True):
        loss, gradients = step(load(files, chosen, turned), digits[chosen], *weights)
        losses.append(loss)
        for w, gradient in zip(weights, gradients, strict=True):
            w -= rate * gradient
    return np.array(losses)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    files, digits = rng.integers(0, 256, (80, 16, 16), np.uint8), rng.integers(0, 10, 80)
    order, mirrored = rng.permutation(80).reshape(10, 8), rng.random((10, 8)) < 0.5
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - np.float32(1 / 16) for shape in shapes]
    print(run(files, digits, order, mirrored, 0.05, *weights))
