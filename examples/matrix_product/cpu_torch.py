"""PyTorch on the CPU: the linear algebra library that comes with it, on all cores."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None


def to_device(a, b):
    return torch.from_numpy(a), torch.from_numpy(b)


def run(a, b):
    return a @ b


def to_host(c):
    return c.numpy()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
