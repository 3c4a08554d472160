"""Numba on one core, each sum in the order as written, which rules SIMD out."""

import numba
import numpy as np


@numba.njit
def run(vectors, query):
    scores = np.empty(len(vectors), np.float32)
    for i in range(len(vectors)):
        total = np.float32(0)
        for j in range(query.size):
            total += vectors[i, j] * query[j]
        scores[i] = total
    return scores


if __name__ == "__main__":
    vectors = np.random.default_rng().random((100_000, 384), dtype=np.float32) - 0.5
    scores = run(vectors, vectors[42])
    print("most like vector 42:", np.argsort(scores)[::-1][:3])
