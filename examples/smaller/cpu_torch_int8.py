"""PyTorch: weights in eight bits, a scale for each row, widened on the way by its own kernel."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None


def to_device(weights, x):
    weights, x = torch.from_numpy(weights), torch.from_numpy(x)
    scales = weights.abs().amax(1) / 127
    q = (weights / scales[:, None]).round().to(torch.int8)
    return x.bfloat16(), q, scales.bfloat16()


def run(x, q, scales):
    return torch._weight_int8pack_mm(x, q, scales)  # not public, and fast


def to_host(y):
    return y.float().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
