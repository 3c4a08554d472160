"""PyTorch: the network as an expression. Gradients and steps are the library's."""

import numpy as np

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None


def network(x, w1, w2, w3):
    x = F.max_pool2d(F.conv2d(x[:, None], w1, padding=1), 2).relu()
    x = F.max_pool2d(F.conv2d(x, w2, padding=1), 2).relu()
    return x.permute(0, 2, 3, 1).flatten(1) @ w3


def run(pictures, labels, unseen, rate, w1, w2, w3):
    w1, w2 = (w.transpose(3, 2, 0, 1) for w in (w1, w2))  # PyTorch: filters, channels, 3, 3
    data = map(torch.from_numpy, (pictures, labels, unseen, w1, w2, w3))
    pictures, labels, unseen, *start = data
    weights = [w.clone().requires_grad_() for w in start]
    optimizer = torch.optim.SGD(weights, rate, momentum=0.9)
    for x, digits in zip(pictures, labels, strict=True):
        optimizer.zero_grad()
        F.cross_entropy(network(x, *weights), digits).backward()
        optimizer.step()
    with torch.no_grad():
        return network(unseen, *weights).argmax(1).numpy()


if __name__ == "__main__":
    rng = np.random.default_rng()
    patterns, labels = rng.random((10, 16, 16), "f") - 0.5, rng.integers(0, 10, (60, 32))
    start = [rng.normal(0, 0.2, s).astype("f") for s in ((3, 3, 1, 8), (3, 3, 8, 16), (256, 10))]
    print("ten patterns, numbered as:", run(patterns[labels], labels, patterns, 0.02, *start))
