"""CuPy: the NumPy program, a launch for every operation."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def norm(x, weight):
    x = x - x.mean(-1, keepdims=True)
    return x / cp.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * weight[0] + weight[1]


def gelu(x):
    return 0.5 * x * (1 + cp.tanh(0.79788456 * (x + 0.044715 * x * x * x)))


def softmax(x):
    x = cp.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def to_device(tokens, keys, values, *weights):
    room = ((0, 0), (0, 0), (0, 0), (0, tokens.shape[1]), (0, 0))  # for what is new
    arrays = tokens, np.pad(keys, room), np.pad(values, room), *weights
    return tuple(cp.asarray(a) for a in arrays)


def run(tokens, keys, values, wte, wpe, norms, biases, *matrices):
    (heads, length, size), new, width = keys.shape[2:], tokens.shape[1], wte.shape[1]
    ahead = cp.triu(cp.full((new, length), -cp.inf, cp.float32), length - new + 1)
    x = (wte[tokens] + wpe[length - new : length]).reshape(-1, width)  # a row for each new token
    for i, (qkv, out, up, down) in enumerate(zip(*matrices, strict=True)):
        b_qkv, b_out, b_up, b_down = cp.split(biases[i], (3 * width, 4 * width, 8 * width))
        h = norm(x, norms[2 * i]) @ qkv + b_qkv
        q, k, v = h.reshape(-1, new, 3, heads, size).transpose(2, 0, 3, 1, 4)
        keys[i, :, :, -new:], values[i, :, :, -new:] = k, v
        scores = q @ keys[i].swapaxes(2, 3) / size**0.5 + ahead
        h = (softmax(scores) @ values[i]).swapaxes(1, 2).reshape(-1, width)
        x = x + h @ out + b_out
        x = x + gelu(norm(x, norms[2 * i + 1]) @ up + b_up) @ down + b_down
    return norm(x[new - 1 :: new], norms[-1]) @ wte.T


def to_host(logits):
    return cp.asnumpy(logits)


if __name__ == "__main__":
    rng, shapes = np.random.default_rng(1), [(2, 3, 2, 8, 32)] * 2 + [(99, 64), (16, 64)]
    shapes += [(5, 2, 64), (2, 576), (2, 64, 192), (2, 64, 64), (2, 64, 256), (2, 256, 64)]
    inputs = [rng.standard_normal(shape, np.float32) for shape in shapes]  # two layers
    print("next tokens:", to_host(run(*to_device(np.array([[7], [8], [9]]), *inputs))).argmax(1))
