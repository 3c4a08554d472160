"""CUDA C through CuPy's RawKernel: one warp of 32 threads per vector."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void score(const float *vectors, const float *query, float *scores,
                                 int n, int dimensions)
{
    int i = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (i >= n)
        return;
    float total = 0.0f;
    for (int j = lane; j < dimensions; j += 32)
        total += vectors[(size_t)i * dimensions + j] * query[j];
    for (int step = 16; step > 0; step /= 2)
        total += __shfl_down_sync(0xffffffff, total, step);
    if (lane == 0)
        scores[i] = total;
}
"""
score = cp.RawKernel(SOURCE, "score")
BLOCK = 256  # eight warps


def to_device(vectors, query):
    return cp.asarray(vectors), cp.asarray(query)


def run(vectors, query):
    n, dimensions = vectors.shape
    scores = cp.empty(n, cp.float32)
    grid = (32 * n + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    score((grid,), (BLOCK,), (vectors, query, scores, np.int32(n), np.int32(dimensions)))
    return scores


def to_host(scores):
    return cp.asnumpy(scores)


if __name__ == "__main__":
    vectors = np.random.default_rng().random((100_000, 384), dtype=np.float32) - 0.5
    scores = to_host(run(*to_device(vectors, vectors[42])))
    print("most like vector 42:", np.argsort(scores)[::-1][:3])
