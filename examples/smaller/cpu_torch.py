"""PyTorch: weights in float32."""

import numpy as np

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None


def to_device(weights, x):
    return torch.from_numpy(weights), torch.from_numpy(x)


def run(weights, x):
    return F.linear(x, weights)


def to_host(y):
    return y.numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
