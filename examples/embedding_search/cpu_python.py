"""Pure Python: for each vector, a sum of products."""

import numpy as np


def to_device(vectors, query):
    return vectors.tolist(), query.tolist()


def run(vectors, query):
    return [sum(a * b for a, b in zip(v, query, strict=True)) for v in vectors]


def to_host(scores):
    return np.array(scores, dtype=np.float32)


if __name__ == "__main__":
    vectors = np.random.default_rng().random((1000, 384), dtype=np.float32) - 0.5
    scores = to_host(run(*to_device(vectors, vectors[42])))
    print("most like vector 42:", np.argsort(scores)[::-1][:3])
