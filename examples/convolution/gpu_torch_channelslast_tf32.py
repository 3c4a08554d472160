"""PyTorch on the GPU: the channels last, and cuDNN tries which of its programs is the fastest."""

import numpy as np

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

if not torch.cuda.is_available() or torch.cuda.get_device_capability() < (8, 0):
    raise SystemExit("This program needs an NVIDIA GPU with TF32: compute capability 8.0 or later.")

torch.backends.cudnn.benchmark = True  # times its programs at the first call of each size
LAST = {"memory_format": torch.channels_last}  # as tensor cores want it: no call has to convert


def to_device(picture, weights):
    return tuple(torch.from_numpy(a).cuda().contiguous(**LAST) for a in (picture[None], weights))


def run(picture, weights):
    torch.backends.cudnn.conv.fp32_precision = "tf32"  # the default
    return F.conv2d(picture, weights, padding=1)[0]


def to_host(result):
    return result.cpu().numpy()


if __name__ == "__main__":
    picture = np.float32([[[0, 0, 0, 0, 1, 1, 1, 1]] * 5])  # dark on the left, bright on the right
    edge = np.float32([[[[-1, 0, 1]] * 3]])
    print(to_host(run(*to_device(picture, edge)))[0])
