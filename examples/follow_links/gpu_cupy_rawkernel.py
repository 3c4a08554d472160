"""CUDA C through CuPy's RawKernel: one thread per chain."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void follow(const int *table, const int *starts, int *ends,
                                  int n, int links)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n)
        return;
    int at = starts[i];
    for (int k = 0; k < links; k++)
        at = table[at];
    ends[i] = at;
}
"""
follow = cp.RawKernel(SOURCE, "follow")
BLOCK = 64  # small, so that few chains already spread over many multiprocessors


def to_device(table, starts, links):
    return cp.asarray(table), cp.asarray(starts), links


def run(table, starts, links):
    ends = cp.empty_like(starts)
    grid = (starts.size + BLOCK - 1) // BLOCK  # rounded up: the last block may be half empty
    follow((grid,), (BLOCK,), (table, starts, ends, np.int32(starts.size), np.int32(links)))
    return ends


def to_host(ends):
    return cp.asnumpy(ends)


if __name__ == "__main__":
    order = np.random.default_rng().permutation(2**16).astype(np.int32)
    table = np.empty_like(order)
    table[order] = np.roll(order, -1)  # each leads to the next: one cycle through all
    ends = to_host(run(*to_device(table, order[:64], table.size)))
    print("once around, and home again:", np.array_equal(ends, order[:64]))
