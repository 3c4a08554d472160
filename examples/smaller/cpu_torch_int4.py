"""PyTorch: weights in four bits, widened on the way by its own kernel."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None


def to_device(weights, x):
    rows = len(weights)
    whole = np.pad(weights, ((0, -rows % 16), (0, 0)))  # it takes sixteen rows at a time
    blocks = torch.from_numpy(whole).view(len(whole), -1, 32)
    low, high = blocks.amin(2), blocks.amax(2)
    step = (high - low) / 15 + 1e-30
    q = ((blocks - low[:, :, None]) / step[:, :, None]).round().int().view(len(whole), -1)
    packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(q, 1)
    middles = low + 8 * step
    scales = torch.stack((step, middles), 2).transpose(0, 1).contiguous()
    return torch.from_numpy(x).bfloat16(), packed, scales.bfloat16(), rows


def run(x, packed, scales, rows):
    y = torch.ops.aten._weight_int4pack_mm_for_cpu(x, packed, 32, scales)  # not public
    return y[:, :rows]


def to_host(y):
    return y.float().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
