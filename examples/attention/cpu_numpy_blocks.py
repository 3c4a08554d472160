"""NumPy: a block of the scores at a time, with a running maximum and sum: no n × n matrix."""

import numpy as np

ROWS, COLUMNS = 256, 512


def run(q, k, v):
    heads, n, width = q.shape
    scale, result = np.float32(1 / width**0.5), np.empty_like(q)
    for head in range(heads):
        for first in range(0, n, ROWS):
            block = q[head, first : first + ROWS] * scale
            most = np.full((len(block), 1), -np.inf, q.dtype)  # the largest score so far
            total, mix = np.zeros_like(most), np.zeros_like(block)
            for column in range(0, n, COLUMNS):
                scores = block @ k[head, column : column + COLUMNS].T
                larger = np.maximum(most, scores.max(axis=1, keepdims=True))
                shrink = np.exp(most - larger)  # what was added so far was relative to `most`
                scores -= larger
                weights = np.exp(scores, out=scores)
                total = total * shrink + weights.sum(axis=1, keepdims=True)
                mix = mix * shrink + weights @ v[head, column : column + COLUMNS]
                most = larger
            result[head, first : first + ROWS] = mix / total
    return result


if __name__ == "__main__":
    q, k, v = np.random.default_rng().standard_normal((3, 4, 100, 64), dtype=np.float32)
    print("what the first position reads:", run(q, k, v)[0, 0, :4])
