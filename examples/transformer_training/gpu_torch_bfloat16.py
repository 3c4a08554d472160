"""PyTorch on the GPU with autocast: products in bfloat16, weights and gradients in float32."""

import numpy as np

try:
    import torch
    from torch.nn.functional import layer_norm, linear, relu, scaled_dot_product_attention
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def to_device(x, target, *weights):
    weights = (torch.from_numpy(w).to(device).requires_grad_() for w in weights)
    return torch.from_numpy(x).to(device), torch.from_numpy(target).to(device), *weights


def run(x, target, *weights):
    n, d = x.shape
    w_qkv, w_out, w_up, w_down = weights
    with torch.autocast(device.type, torch.bfloat16):  # the way forward; the way back follows it
        qkv = linear(layer_norm(x, (d,)), w_qkv).view(1, n, 3, d // 64, 64)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        heads = scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + linear(heads.transpose(1, 2).reshape(n, d), w_out)
        x = x + linear(relu(linear(layer_norm(x, (d,)), w_up)), w_down)
        loss = torch.nn.functional.mse_loss(x, target)
    return torch.cat([g.view(-1, d) for g in torch.autograd.grad(loss, weights)])


def to_host(gradient):
    return gradient.cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng()
    shapes = (100, 128), (100, 128), (384, 128), (128, 128), (512, 128), (128, 512)
    x, target, *weights = (rng.standard_normal(shape, dtype=np.float32) for shape in shapes)
    weights = [w / np.float32(16) for w in weights]
    gradient = to_host(run(*to_device(x, target, *weights)))
    print("length of the gradient:", np.linalg.norm(gradient))
