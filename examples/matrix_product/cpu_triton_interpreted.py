"""Triton's interpreter: the same kernel, played by NumPy, a tile at a time. For finding faults."""

import os

import numpy as np

os.environ["TRITON_INTERPRET"] = "1"  # before Triton is imported
try:
    import torch
    import triton
    import triton.language as tl
except ImportError:
    raise SystemExit("This program needs Triton and PyTorch: pip install torch triton.") from None

TILE, STEP = 64, 32


@triton.jit
def multiply(a, b, c, n, TILE: tl.constexpr, STEP: tl.constexpr):
    i = (tl.program_id(0) * TILE + tl.arange(0, TILE))[:, None]
    j = (tl.program_id(1) * TILE + tl.arange(0, TILE))[None, :]
    total = tl.zeros((TILE, TILE), tl.float32)
    for k in range(0, n, STEP):
        x, y = k + tl.arange(0, STEP)[None, :], k + tl.arange(0, STEP)[:, None]
        part_of_a = tl.load(a + i * n + x, mask=(i < n) & (x < n), other=0.0)
        part_of_b = tl.load(b + y * n + j, mask=(y < n) & (j < n), other=0.0)
        total = tl.dot(part_of_a, part_of_b, total, input_precision="ieee")  # by default TF32
    tl.store(c + i * n + j, total, mask=(i < n) & (j < n))


def to_device(a, b):
    return torch.from_numpy(a), torch.from_numpy(b)


def run(a, b):
    c, n = torch.empty_like(a), len(a)
    tiles = triton.cdiv(n, TILE), triton.cdiv(n, TILE)
    multiply[tiles](a, b, c, n, TILE=TILE, STEP=STEP)
    return c


def to_host(c):
    return c.numpy()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
