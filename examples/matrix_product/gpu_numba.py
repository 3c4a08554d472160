"""Numba-CUDA: each block fetches a tile once, and all its threads use it."""

import numpy as np

try:
    from numba import cuda, float32
except ImportError:
    raise SystemExit("This needs numba-cuda: pip install 'numba-cuda[cu12]' 'numpy<2.5'.") from None

if not cuda.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

TILE = 32


@cuda.jit
def multiply(a, b, c):
    part_of_a = cuda.shared.array((TILE, TILE), float32)
    part_of_b = cuda.shared.array((TILE, TILE), float32)
    x, y, n = cuda.threadIdx.x, cuda.threadIdx.y, c.shape[0]
    j, i = TILE * cuda.blockIdx.x + x, TILE * cuda.blockIdx.y + y
    total = float32(0)
    for k in range(0, n, TILE):
        part_of_a[y, x] = a[i, k + x] if i < n and k + x < n else float32(0)
        part_of_b[y, x] = b[k + y, j] if k + y < n and j < n else float32(0)
        cuda.syncthreads()  # the tile is complete
        for d in range(TILE):
            total += part_of_a[y, d] * part_of_b[d, x]
        cuda.syncthreads()  # nobody needs it any more
    if i < n and j < n:
        c[i, j] = total


def to_device(a, b):
    return cuda.to_device(a), cuda.to_device(b)


def run(a, b):
    c, tiles = cuda.device_array_like(a), -(-len(a) // TILE)  # rounded up
    multiply[(tiles, tiles), (TILE, TILE)](a, b, c)
    return c


def to_host(c):
    return c.copy_to_host()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
