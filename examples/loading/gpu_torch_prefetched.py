"""PyTorch on the GPU: a thread loads into pinned memory; Python does not wait for copies."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

try:
    import torch
    from torch import nn
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

if not torch.cuda.is_available():
    raise SystemExit(
        "This program needs CUDA, for copies from pinned memory: an NVIDIA GPU (see chapter 3)."
    )

model = nn.Sequential(
    nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
).cuda()
cross_entropy = nn.CrossEntropyLoss()


def load(files, digits, chosen, mirrored):
    x = (files[chosen].float() - 127.5) / 64
    x = torch.where(mirrored[:, None, None], x.flip(2), x).flatten(1)
    return x.pin_memory(), digits[chosen].pin_memory()


def to_device(files, digits, order, mirrored, rate, *weights):
    start = [torch.from_numpy(w.T).cuda() for w in weights]  # a Linear keeps a row per output
    return *map(torch.from_numpy, (files, digits, order, mirrored)), rate, *start  # on the CPU


def run(files, digits, order, mirrored, rate, *weights):
    model.load_state_dict(dict(zip(model.state_dict(), weights, strict=True)))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    with ThreadPoolExecutor(1) as beside:  # it runs ahead as far as it can
        for x, y in beside.map(lambda *which: load(files, digits, *which), order, mirrored):
            loss = cross_entropy(model(x.cuda(non_blocking=True)), y.cuda(non_blocking=True))
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
