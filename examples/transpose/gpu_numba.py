"""Numba-CUDA: the padded tile in Python."""

import numpy as np

try:
    from numba import cuda, float32
except ImportError:
    raise SystemExit("This needs numba-cuda: pip install 'numba-cuda[cu12]' 'numpy<2.5'.") from None

if not cuda.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

TILE, H = 32, 8  # a block of 32 × 8 threads moves a tile of 32 × 32, four elements each
WIDE = TILE + 1  # a name of its own: in the kernel, the compiler wants no sum as a size


@cuda.jit
def transpose(a, out):
    tile = cuda.shared.array((TILE, WIDE), float32)
    x = cuda.threadIdx.x
    left, top = cuda.blockIdx.x * TILE, cuda.blockIdx.y * TILE
    for y in range(cuda.threadIdx.y, TILE, H):
        if top + y < a.shape[0] and left + x < a.shape[1]:
            tile[y, x] = a[top + y, left + x]
    cuda.syncthreads()
    for y in range(cuda.threadIdx.y, TILE, H):
        if left + y < a.shape[1] and top + x < a.shape[0]:
            out[left + y, top + x] = tile[x, y]


def to_device(a):
    return (cuda.to_device(a),)


def run(a):
    rows, columns = a.shape
    out = cuda.device_array((columns, rows), np.float32)
    grid = (columns + TILE - 1) // TILE, (rows + TILE - 1) // TILE  # rounded up
    transpose[grid, (TILE, H)](a, out)
    return out


def to_host(out):
    return out.copy_to_host()


if __name__ == "__main__":
    a = np.arange(12, dtype=np.float32).reshape(3, 4)
    print(a, "becomes", to_host(run(*to_device(a))), sep="\n")
