"""CUDA C through CuPy's RawKernel: every value against every number of the table."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void rank(const float *table, const float *values, int *ranks,
                                int numbers, int n)
{
    __shared__ float tile[256];  // a part of the table, near the threads of the block
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float value = i < n ? values[i] : 0.0f;
    float infinity = __int_as_float(0x7f800000);  // is below no value
    int lower = 0;
    for (int first = 0; first < numbers; first += 256) {
        int mine = first + threadIdx.x;
        tile[threadIdx.x] = mine < numbers ? table[mine] : infinity;
        __syncthreads();
        #pragma unroll 16
        for (int k = 0; k < 256; k++)
            lower += tile[k] < value;
        __syncthreads();
    }
    if (i < n)
        ranks[i] = lower;
}
"""
BLOCK = 256  # as large as the tile
rank = cp.RawKernel(SOURCE, "rank")


def to_device(table, values):
    return cp.asarray(table), cp.asarray(values)


def run(table, values):
    ranks = cp.empty(values.size, cp.int32)
    grid = (values.size + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    sizes = np.int32(table.size), np.int32(values.size)
    rank((grid,), (BLOCK,), (table, values, ranks, *sizes))
    return ranks


def to_host(ranks):
    return cp.asnumpy(ranks)


if __name__ == "__main__":
    prices = np.random.default_rng().random(10_000, dtype=np.float32)
    ranks = to_host(run(*to_device(prices, np.float32([0.1, 0.5, 0.9]))))
    print("lower than 0.1, 0.5, 0.9:", ranks)
