"""PyTorch on one GPU, which has the whole batch."""

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


def to_device(pictures, labels, rate, *weights):
    start = [torch.from_numpy(w.T).to(device) for w in weights]  # a Linear keeps a row per output
    return torch.from_numpy(pictures).to(device), torch.from_numpy(labels).to(device), rate, *start


def run(pictures, labels, rate, *weights):
    model.load_state_dict(dict(zip(model.state_dict(), weights, strict=True)))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for x, y in zip(pictures, labels, strict=True):
        loss = cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    with torch.no_grad():
        losses.append(cross_entropy(model(x), y))
    return torch.stack(losses)


def to_host(losses):
    return losses.cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 2, 256), np.float32), np.ones((10, 2), int)  # always the same
    print(to_host(run(*to_device(pictures, labels, 0.2, *weights))))
