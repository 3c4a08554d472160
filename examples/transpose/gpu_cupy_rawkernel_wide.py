"""CUDA C: a padded tile of 64 × 64, so that each thread moves sixteen elements."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
#define TILE 64
#define H 4
extern "C" __global__ void transpose(const float *__restrict__ a, float *__restrict__ out,
                                     int rows, int columns)
{
    __shared__ float tile[TILE][TILE + 1];
    int x = threadIdx.x, y = threadIdx.y, left = blockIdx.x * TILE, top = blockIdx.y * TILE;
    for (int k = 0; k < TILE; k += H)
        if (top + y + k < rows && left + x < columns)
            tile[y + k][x] = a[(size_t)(top + y + k) * columns + left + x];
    __syncthreads();
    for (int k = 0; k < TILE; k += H)
        if (left + y + k < columns && top + x < rows)
            out[(size_t)(left + y + k) * rows + top + x] = tile[x][y + k];
}
"""
TILE, H = 64, 4  # a block of 64 × 4 threads moves a tile of 64 × 64, sixteen elements each
transpose = cp.RawKernel(SOURCE, "transpose")


def to_device(a):
    return (cp.asarray(a),)


def run(a):
    rows, columns = a.shape
    out = cp.empty((columns, rows), cp.float32)
    grid = (columns + TILE - 1) // TILE, (rows + TILE - 1) // TILE  # rounded up
    transpose(grid, (TILE, H), (a, out, np.int32(rows), np.int32(columns)))
    return out


def to_host(out):
    return cp.asnumpy(out)


if __name__ == "__main__":
    a = np.arange(12, dtype=np.float32).reshape(3, 4)
    print(a, "becomes", to_host(run(*to_device(a))), sep="\n")
