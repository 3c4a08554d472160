"""CuPy: the better algorithm on the GPU, sort and search."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(table, values):
    return cp.asarray(table), cp.asarray(values)


def run(table, values):
    return cp.searchsorted(cp.sort(table), values)


def to_host(ranks):
    return cp.asnumpy(ranks)


if __name__ == "__main__":
    prices = np.random.default_rng().random(10_000, dtype=np.float32)
    ranks = to_host(run(*to_device(prices, np.float32([0.1, 0.5, 0.9]))))
    print("lower than 0.1, 0.5, 0.9:", ranks)
