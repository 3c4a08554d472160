"""PyTorch on the GPU: the same line. On NVIDIA's it calls cuBLAS, in float32."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(a, b):
    return torch.from_numpy(a).to(device), torch.from_numpy(b).to(device)


def run(a, b):
    return a @ b


def to_host(c):
    return c.cpu().numpy()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
