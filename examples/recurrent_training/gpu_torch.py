"""PyTorch on the GPU: forward through its GRU, and back through every step."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")

torch.backends.cudnn.rnn.fp32_precision = "ieee"  # float32, as on the CPU


def to_device(x, target, w_input, w_state):
    gru = torch.nn.GRU(x.shape[1], x.shape[1], num_layers=2, bias=False)
    for layer in range(2):
        gru.all_weights[layer][0].data = torch.from_numpy(w_input[layer])
        gru.all_weights[layer][1].data = torch.from_numpy(w_state[layer])
    return gru.to(device), torch.from_numpy(x).to(device), torch.from_numpy(target).to(device)


def run(gru, x, target):
    states, _ = gru(x)
    loss = torch.nn.functional.mse_loss(states, target)
    (w1, u1), (w2, u2) = gru.all_weights
    return torch.cat(torch.autograd.grad(loss, (w1, w2, u1, u2)))


def to_host(gradient):
    return gradient.cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng()
    x, target = rng.standard_normal((2, 100, 128), dtype=np.float32)
    w_input, w_state = rng.random((2, 2, 384, 128), dtype=np.float32) / 16 - np.float32(1 / 32)
    gradient = to_host(run(*to_device(x, target, w_input, w_state)))
    print("length of the gradient:", np.linalg.norm(gradient))
