"""CuPy: the same expression as NumPy, on the GPU."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")


def to_device(vectors, query):
    return cp.asarray(vectors), cp.asarray(query)


def run(vectors, query):
    return vectors @ query


def to_host(scores):
    return cp.asnumpy(scores)


if __name__ == "__main__":
    vectors = np.random.default_rng().random((100_000, 384), dtype=np.float32) - 0.5
    scores = to_host(run(*to_device(vectors, vectors[42])))
    print("most like vector 42:", np.argsort(scores)[::-1][:3])
