"""CUDA C, first version: neighbouring threads read neighbours and write far apart."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

SOURCE = """
extern "C" __global__ void transpose(const float *a, float *out, int rows, int columns)
{
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && column < columns)
        out[(size_t)column * rows + row] = a[(size_t)row * columns + column];
}
"""
W, H = 32, 8  # threads of a block; the 32 of a warp lie side by side in a row
transpose = cp.RawKernel(SOURCE, "transpose")


def to_device(a):
    return (cp.asarray(a),)


def run(a):
    rows, columns = a.shape
    out = cp.empty((columns, rows), cp.float32)
    grid = (columns + W - 1) // W, (rows + H - 1) // H  # rounded up: edge blocks may stick out
    transpose(grid, (W, H), (a, out, np.int32(rows), np.int32(columns)))
    return out


def to_host(out):
    return cp.asnumpy(out)


if __name__ == "__main__":
    a = np.arange(12, dtype=np.float32).reshape(3, 4)
    print(a, "becomes", to_host(run(*to_device(a))), sep="\n")
