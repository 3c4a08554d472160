"""PyTorch on the GPU: the CPU loads a batch and sends it, the GPU trains on it."""

import numpy as np

try:
    import torch
    from torch import nn
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")

model = nn.Sequential(
    nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
).to(device)
cross_entropy = nn.CrossEntropyLoss()


def load(files, digits, chosen, mirrored):
    x = (files[chosen].float() - 127.5) / 64
    x = torch.where(mirrored[:, None, None], x.flip(2), x).flatten(1)
    return x, digits[chosen]


def to_device(files, digits, order, mirrored, rate, *weights):
    start = [torch.from_numpy(w.T).to(device) for w in weights]  # a Linear keeps a row per output
    return *map(torch.from_numpy, (files, digits, order, mirrored)), rate, *start  # on the CPU


def run(files, digits, order, mirrored, rate, *weights):
    model.load_state_dict(dict(zip(model.state_dict(), weights, strict=True)))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for chosen, turned in zip(order, mirrored, strict=True):
        x, y = load(files, digits, chosen, turned)
        loss = cross_entropy(model(x.to(device)), y.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def to_host(losses):
    return losses.cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    files, digits = rng.integers(0, 256, (80, 16, 16), np.uint8), rng.integers(0, 10, 80)
    order, mirrored = rng.permutation(80).reshape(10, 8), rng.random((10, 8)) < 0.5
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - np.float32(1 / 16) for shape in shapes]
    print(to_host(run(*to_device(files, digits, order, mirrored, 0.05, *weights))))
