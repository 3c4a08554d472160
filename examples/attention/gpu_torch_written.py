"""PyTorch on the GPU: written out, two products with a scaling and a softmax between them."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(*arrays):
    return tuple(torch.from_numpy(a).to(device) for a in arrays)


def run(q, k, v):
    scores = q @ k.transpose(1, 2) * q.shape[2] ** -0.5
    return torch.softmax(scores, dim=2) @ v


def to_host(result):
    return result.cpu().numpy()


if __name__ == "__main__":
    q, k, v = np.random.default_rng().standard_normal((3, 4, 100, 64), dtype=np.float32)
    print("what the first position reads:", to_host(run(*to_device(q, k, v)))[0, 0, :4])
