"""PyTorch on the GPU: one call. On NVIDIA's it asks cuDNN, which is told to keep to float32."""

import numpy as np

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(picture, weights):
    return torch.from_numpy(picture).to(device), torch.from_numpy(weights).to(device)


def run(picture, weights):
    torch.backends.cudnn.conv.fp32_precision = "ieee"  # PyTorch's default is "tf32"
    return F.conv2d(picture[None], weights, padding=1)[0]


def to_host(result):
    return result.cpu().numpy()


if __name__ == "__main__":
    picture = np.float32([[[0, 0, 0, 0, 1, 1, 1, 1]] * 5])  # dark on the left, bright on the right
    edge = np.float32([[[[-1, 0, 1]] * 3]])
    print(to_host(run(*to_device(picture, edge)))[0])
