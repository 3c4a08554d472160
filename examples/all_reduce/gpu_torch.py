"""PyTorch on one GPU: both rows lie in its memory, and nothing has to be sent."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(parts):
    return (torch.from_numpy(parts).to(device),)


def run(parts):
    a, b = parts.clone()
    for _ in range(10):
        a += b
        a /= 2
        b.copy_(a)
    return torch.stack([a, b])


def to_host(rows):
    return rows.cpu().numpy()


if __name__ == "__main__":
    parts = np.array([[1, 2, 3], [3, 4, 5]], np.float32)
    print(to_host(run(*to_device(parts))))
