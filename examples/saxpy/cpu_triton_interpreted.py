"""Triton's interpreter: the same kernel, played by NumPy, a block at a time. For finding faults."""

import os

import numpy as np

os.environ["TRITON_INTERPRET"] = "1"  # before Triton is imported
try:
    import torch
    import triton
    import triton.language as tl
except ImportError:
    raise SystemExit("This program needs Triton and PyTorch: pip install torch triton.") from None

BLOCK = 1024


@triton.jit
def saxpy(a, x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = i < n
    total = a * tl.load(x + i, mask=inside) + tl.load(y + i, mask=inside)
    tl.store(out + i, total, mask=inside)


def to_device(a, x, y):
    return float(a), torch.from_numpy(x), torch.from_numpy(y)


def run(a, x, y):
    out = torch.empty_like(x)
    saxpy[(triton.cdiv(x.numel(), BLOCK),)](a, x, y, out, x.numel(), BLOCK=BLOCK)
    return out


def to_host(out):
    return out.numpy()


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
