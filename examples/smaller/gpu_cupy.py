"""CuPy: weights in float32, by NVIDIA's library."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(weights, x):
    return cp.asarray(weights), cp.asarray(x)


def run(weights, x):
    return x @ weights.T


def to_host(y):
    return cp.asnumpy(y)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
