"""CuPy: written out as in NumPy, on the GPU."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(*arrays):
    return tuple(map(cp.asarray, arrays))


def run(q, k, v):
    scores = q @ k.transpose(0, 2, 1)
    scores *= np.float32(1 / q.shape[2] ** 0.5)
    scores -= scores.max(axis=2, keepdims=True)
    weights = cp.exp(scores, out=scores)
    return weights @ v / weights.sum(axis=2, keepdims=True)


def to_host(result):
    return cp.asnumpy(result)


if __name__ == "__main__":
    q, k, v = np.random.default_rng().standard_normal((3, 4, 100, 64), dtype=np.float32)
    print("what the first position reads:", to_host(run(*to_device(q, k, v)))[0, 0, :4])
