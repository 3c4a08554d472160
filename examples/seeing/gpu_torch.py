"""PyTorch on the GPU: the same lines, with the data there."""

import numpy as np

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

device = torch.accelerator.current_accelerator(check_available=True)
if device is None:
    raise SystemExit("This program needs a GPU that PyTorch can use (see chapter 3).")


def network(x, w1, w2, w3):
    x = F.max_pool2d(F.conv2d(x[:, None], w1, padding=1), 2).relu()
    x = F.max_pool2d(F.conv2d(x, w2, padding=1), 2).relu()
    return x.permute(0, 2, 3, 1).flatten(1) @ w3


def to_device(pictures, labels, unseen, rate, w1, w2, w3):
    # PyTorch: filters, channels, 3, 3. A view would be laid out anew for every convolution.
    w1, w2 = (w.transpose(3, 2, 0, 1).copy() for w in (w1, w2))
    data = (torch.from_numpy(a).to(device) for a in (pictures, labels, unseen, w1, w2, w3))
    return rate, *data


def run(rate, pictures, labels, unseen, *start):
    torch.backends.cudnn.conv.fp32_precision = "ieee"  # float32, as the other programs
    weights = [w.clone().requires_grad_() for w in start]
    optimizer = torch.optim.SGD(weights, rate, momentum=0.9)
    for x, digits in zip(pictures, labels, strict=True):
        optimizer.zero_grad()
        F.cross_entropy(network(x, *weights), digits).backward()
        optimizer.step()
    with torch.no_grad():
        return network(unseen, *weights).argmax(1)


def to_host(digits):
    return digits.cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng()
    patterns, labels = rng.random((10, 16, 16), "f") - 0.5, rng.integers(0, 10, (60, 32))
    start = [rng.normal(0, 0.2, s).astype("f") for s in ((3, 3, 1, 8), (3, 3, 8, 16), (256, 10))]
    inputs = to_device(patterns[labels], labels, patterns, 0.02, *start)
    print("ten patterns, numbered as:", to_host(run(*inputs)))
