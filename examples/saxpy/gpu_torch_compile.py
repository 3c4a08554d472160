"""PyTorch, compiled for the GPU: the same expression becomes one kernel, on NVIDIA's in Triton."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


@torch.compile(dynamic=True)  # for any length: else the second one compiles anew
def saxpy(a, x, y):
    return a * x + y


def to_device(a, x, y):
    return torch.tensor(a), torch.from_numpy(x).to(device), torch.from_numpy(y).to(device)


def run(a, x, y):
    return saxpy(a, x, y)


def to_host(out):
    return out.cpu().numpy()


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
