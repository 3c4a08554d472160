"""PyTorch on the GPU: the same block."""

import numpy as np

try:
    import torch
    from torch.nn.functional import layer_norm, linear, relu, scaled_dot_product_attention
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(*arrays):
    return tuple(torch.from_numpy(a).to(device) for a in arrays)


@torch.no_grad()
def run(x, w_qkv, w_out, w_up, w_down):
    n, d = x.shape
    qkv = linear(layer_norm(x, (d,)), w_qkv).view(1, n, 3, d // 64, 64)
    q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (1, heads, n, 64)
    heads = scaled_dot_product_attention(q, k, v, is_causal=True)
    x = x + linear(heads.transpose(1, 2).reshape(n, d), w_out)
    return x + linear(relu(linear(layer_norm(x, (d,)), w_up)), w_down)


def to_host(x):
    return x.cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng()
    shapes = (100, 128), (384, 128), (128, 128), (512, 128), (128, 512)
    x, *weights = (rng.standard_normal(shape, dtype=np.float32) for shape in shapes)
    weights = [w / np.float32(16) for w in weights]
    print("first numbers of the last output:", to_host(run(*to_device(x, *weights)))[-1, :4])
