"""NumPy: the same nine operations, into two arrays that are kept from call to call."""

import numpy as np

kept = {}  # by size; each call overwrites the result of the last one of its size


def gelu(x, t, y):
    np.multiply(x, 0.044715, out=t)
    np.multiply(t, x, out=t)
    np.multiply(t, x, out=t)
    np.add(x, t, out=t)
    np.multiply(t, 0.79788456, out=t)
    np.tanh(t, out=t)
    np.add(t, 1, out=t)
    np.multiply(x, 0.5, out=y)
    np.multiply(y, t, out=y)


def run(x):
    if x.size not in kept:
        kept[x.size] = np.empty_like(x), np.empty_like(x)
    t, y = kept[x.size]
    gelu(x, t, y)
    return y


if __name__ == "__main__":
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    for before, after in zip(x, run(x), strict=True):
        print(f"{before:5.1f} becomes {after:7.4f}")
