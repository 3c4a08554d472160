"""PyTorch on the GPU: ten steps recorded once as a CUDA graph, then launched together."""

import numpy as np

try:
    import torch
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

if not torch.cuda.is_available():
    raise SystemExit("This program needs CUDA, for its graph: an NVIDIA GPU (see chapter 3).")

kept = {}  # by shape: a graph, the arrays that it reads, and the losses that it writes


def look(x, y, w1, b1, w2, b2, w3, b3):
    h = torch.relu(torch.addmm(b2, torch.relu(torch.addmm(b1, x, w1)), w2))
    return torch.nn.functional.cross_entropy(torch.addmm(b3, h, w3), y)


def train(pictures, labels, rate, *start):
    weights = [w.clone().requires_grad_() for w in start]
    losses = []
    for x, y in zip(pictures, labels, strict=True):
        losses.append(look(x, y, *weights))
        for w, gradient in zip(weights, torch.autograd.grad(losses[-1], weights), strict=True):
            w.data.sub_(gradient, alpha=rate)
    return torch.stack([*losses, look(x, y, *weights)]).detach()


def to_device(pictures, labels, rate, *weights):
    new = [torch.from_numpy(a) for a in (pictures, labels, *weights)]
    if labels.shape not in kept:
        x, y, *start = arrays = [a.cuda() for a in new]
        with torch.cuda.stream(torch.cuda.Stream()):
            train(x, y, rate, *start)  # once for real, so that the libraries are ready
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            losses = train(x, y, rate, *start)  # is written down, and does not run
        kept[labels.shape] = graph, arrays, losses
    for array, values in zip(kept[labels.shape][1], new, strict=True):
        array.copy_(values)  # always into the same arrays
    return kept[labels.shape]


def run(graph, arrays, losses):
    graph.replay()
    return losses


def to_host(losses):
    return losses.cpu().numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 1, 256), np.float32), np.ones((10, 1), int)  # always the same
    print(to_host(run(*to_device(pictures, labels, 0.2, *weights))))
