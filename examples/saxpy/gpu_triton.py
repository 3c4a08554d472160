"""Triton: the kernel in Python, for a whole block of elements at a time."""

import numpy as np

try:
    import torch
    import triton
    import triton.language as tl
except ImportError:
    raise SystemExit("This program needs Triton and PyTorch: pip install torch triton.") from None

if not torch.cuda.is_available():
    raise SystemExit("This program needs an NVIDIA or AMD GPU and its driver (see chapter 3).")

BLOCK = 1024


@triton.jit
def saxpy(a, x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = i < n
    total = a * tl.load(x + i, mask=inside) + tl.load(y + i, mask=inside)
    tl.store(out + i, total, mask=inside)


def to_device(a, x, y):
    return float(a), torch.from_numpy(x).cuda(), torch.from_numpy(y).cuda()


def run(a, x, y):
    out = torch.empty_like(x)
    saxpy[(triton.cdiv(x.numel(), BLOCK),)](a, x, y, out, x.numel(), BLOCK=BLOCK)
    return out


def to_host(out):
    return out.cpu().numpy()


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
