"""PyTorch, one process on half of the cores: what each of two processes would have alone."""

import numpy as np

try:
    import torch
    from torch import nn
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

torch.set_num_threads(max(1, torch.get_num_threads() // 2))
model = nn.Sequential(
    nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
)
cross_entropy = nn.CrossEntropyLoss()


def run(pictures, labels, rate, *weights):
    start = [torch.from_numpy(w.T) for w in weights]  # a Linear keeps a row per output
    model.load_state_dict(dict(zip(model.state_dict(), start, strict=True)))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for x, y in zip(torch.from_numpy(pictures), torch.from_numpy(labels), strict=True):
        loss = cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    with torch.no_grad():
        losses.append(cross_entropy(model(x), y))
    return torch.stack(losses).numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 2, 256), np.float32), np.ones((10, 2), int)  # always the same
    print(run(pictures, labels, 0.2, *weights))
