"""PyTorch: compiled, a cache of fixed size, and one launch."""

import numpy as np

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    raise SystemExit("This program needs PyTorch: pip install torch (see chapter 3).") from None

if not torch.cuda.is_available():
    raise SystemExit("This program needs CUDA, for its graph: an NVIDIA GPU (see chapter 3).")

kept = {}  # inputs at fixed addresses, the graph, and where its answer lies


@torch.compile(fullgraph=True, dynamic=False)  # writes kernels that do several operations each
def step(tokens, at, keys, values, wte, wpe, norms, biases, *matrices):
    (heads, room, size), new, width = keys.shape[2:], tokens.shape[1], wte.shape[1]
    seen = torch.arange(room, device="cuda") <= at[:, None]  # the rest of the cache is empty
    x = (wte[tokens] + wpe[at]).view(-1, width)  # a row for each new token
    for i, (qkv, out, up, down) in enumerate(zip(*matrices, strict=True)):
        b_qkv, b_out, b_up, b_down = biases[i].split((3 * width, width, 4 * width, width))
        h = torch.addmm(b_qkv, F.layer_norm(x, (width,), *norms[2 * i]), qkv)
        q, k, v = h.view(-1, new, 3, heads, size).permute(2, 0, 3, 1, 4)
        keys[i].index_copy_(2, at, k), values[i].index_copy_(2, at, v)
        h = F.scaled_dot_product_attention(q, keys[i], values[i], seen)
        x = x + torch.addmm(b_out, h.transpose(1, 2).reshape(-1, width), out)
        h = torch.addmm(b_up, F.layer_norm(x, (width,), *norms[2 * i + 1]), up)
        x = x + torch.addmm(b_down, F.gelu(h, approximate="tanh"), down)
    return F.layer_norm(x[new - 1 :: new], (width,), *norms[-1]) @ wte.T


def to_device(tokens, keys, values, *weights):
    at = np.arange(keys.shape[3], keys.shape[3] + tokens.shape[1])  # where the new ones come
    room = ((0, 0), (0, 0), (0, 0), (0, -(-len(at) // 128) * 128), (0, 0))  # for the next, too
    host = np.pad(keys, room), np.pad(values, room), *weights
    inputs = [torch.from_numpy(a).cuda() for a in (tokens, at)]
    inputs += [torch.from_numpy(a).cuda().bfloat16() for a in host]
    if [a.shape for a in kept.get("inputs", ())] != [a.shape for a in inputs]:
        step(*inputs)  # compiles
        kept.update(inputs=inputs, graph=torch.cuda.CUDAGraph())
        with torch.cuda.graph(kept["graph"]):  # is written down, and does not run
            kept["logits"] = step(*inputs)
    for old, new in zip(kept["inputs"], inputs, strict=True):
        old.copy_(new)  # always into the same memory
    return kept["graph"], kept["logits"]


def run(graph, logits):
    graph.replay()
    return logits


def to_host(logits):
    return logits.float().cpu().numpy()


if __name__ == "__main__":
    rng, shapes = np.random.default_rng(1), [(2, 3, 2, 8, 32)] * 2 + [(99, 64), (16, 64)]
    shapes += [(5, 2, 64), (2, 576), (2, 64, 192), (2, 64, 64), (2, 64, 256), (2, 256, 64)]
    inputs = [rng.standard_normal(shape, np.float32) for shape in shapes]  # two layers
    print("next tokens:", to_host(run(*to_device(np.array([[7], [8], [9]]), *inputs))).argmax(1))
