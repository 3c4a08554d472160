"""NumPy: a matrix times a vector, by the linear algebra library that comes with it."""

import numpy as np


def run(vectors, query):
    return vectors @ query


if __name__ == "__main__":
    vectors = np.random.default_rng().random((100_000, 384), dtype=np.float32) - 0.5
    scores = run(vectors, vectors[42])
    print("most like vector 42:", np.argsort(scores)[::-1][:3])
