"""NumPy, by hand: windows become columns, and each convolution is a matrix product."""

import numpy as np


def windows(x):  # (channels, pictures, height, width) -> a column of 9 * channels for each pixel
    channels, n, h, w = x.shape
    padded = np.zeros((channels, n, h + 2, w + 2), "f")
    padded[:, :, 1:-1, 1:-1] = x
    parts = [padded[:, :, i : i + h, j : j + w] for i in range(3) for j in range(3)]
    return np.stack(parts).reshape(9 * channels, -1)


def quarters(x):  # the four pixels of every 2 x 2 square, each as a picture of its own
    return [x[..., i::2, j::2] for i in (0, 1) for j in (0, 1)]


def forward(x, weights):
    columns = windows(x)
    y = (weights.reshape(len(columns), -1).T @ columns).reshape(-1, *x.shape[1:])
    a, b, c, d = quarters(y)
    return columns, y, np.maximum(np.maximum(np.maximum(a, b), np.maximum(c, d)), 0)


def backward(columns, y, best, slopes):  # the slope goes to the pixel that was the best of four
    slope = np.empty_like(y)
    for its_slope, pixel in zip(quarters(slope), quarters(y), strict=True):
        its_slope[:] = (pixel == best) * slopes
    return columns @ slope.reshape(len(y), -1).T, slope


def gradients(x, digits, w1, w2, w3):
    *layer1, x = forward(x[None], w1)
    *layer2, z = forward(x, w2)
    flat = z.transpose(1, 2, 3, 0).reshape(len(digits), -1)
    p = np.exp(flat @ w3)
    p /= p.sum(axis=1, keepdims=True) * len(p)
    p[np.arange(len(p)), digits] -= 1 / len(p)
    slopes = (p @ w3.T).reshape(len(p), *z.shape[2:], -1)
    g2, slopes = backward(*layer2, z, slopes.transpose(3, 0, 1, 2))
    turned = w2[::-1, ::-1].swapaxes(2, 3).reshape(-1, len(x)).T
    g1, _ = backward(*layer1, x, (turned @ windows(slopes)).reshape(x.shape))
    return g1.reshape(w1.shape), g2.reshape(w2.shape), flat.T @ p


def run(pictures, labels, unseen, rate, *start):
    weights, moves = [w.copy() for w in start], [0 * w for w in start]
    for x, digits in zip(pictures, labels, strict=True):
        for i, g in enumerate(gradients(x, digits, *weights)):
            moves[i] = 0.9 * moves[i] - rate * g  # momentum
            weights[i] += moves[i]
    z = forward(forward(unseen[None], weights[0])[-1], weights[1])[-1]
    return (z.transpose(1, 2, 3, 0).reshape(len(unseen), -1) @ weights[2]).argmax(axis=1)


if __name__ == "__main__":
    rng = np.random.default_rng()
    patterns, labels = rng.random((10, 16, 16), "f") - 0.5, rng.integers(0, 10, (60, 32))
    start = [rng.normal(0, 0.2, s).astype("f") for s in ((3, 3, 1, 8), (3, 3, 8, 16), (256, 10))]
    print("ten patterns, numbered as:", run(patterns[labels], labels, patterns, 0.02, *start))
