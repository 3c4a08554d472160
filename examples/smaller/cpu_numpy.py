"""NumPy: weights in float32, four bytes each."""

import numpy as np


def run(weights, x):
    return x @ weights.T


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = run(weights, x), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
