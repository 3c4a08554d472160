"""PyTorch on the GPU, in bfloat16: FlashAttention, where the GPU has it."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(*arrays):
    return tuple(torch.from_numpy(a)[None].to(device).bfloat16() for a in arrays)


def run(q, k, v):
    return torch.nn.functional.scaled_dot_product_attention(q, k, v)


def to_host(result):
    return result[0].float().cpu().numpy()


if __name__ == "__main__":
    q, k, v = np.random.default_rng().standard_normal((3, 4, 100, 64), dtype=np.float32)
    print("what the first position reads:", to_host(run(*to_device(q, k, v)))[0, 0, :4])
