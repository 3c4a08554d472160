"""PyTorch: weights in eight bits, widened by what torch.compile makes of one line."""

import numpy as np

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(weights, x):
    weights, x = torch.from_numpy(weights).to(device), torch.from_numpy(x).to(device)
    scales = weights.abs().amax(1) / 127
    return x.bfloat16(), (weights / scales[:, None]).round().to(torch.int8), scales.bfloat16()


@torch.compile(options={"coordinate_descent_tuning": True})  # else all is widened in memory first
def run(x, q, scales):
    return F.linear(x, q.to(x.dtype)) * scales


def to_host(y):
    return y.float().cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
