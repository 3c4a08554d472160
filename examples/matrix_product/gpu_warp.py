"""Warp on the GPU: tiles, which NVIDIA's cuBLASDx multiplies within a block."""

import numpy as np

try:
    import warp as wp
except ImportError:
    raise SystemExit("This program needs Warp: pip install warp-lang.") from None

wp.config.log_level = wp.LOG_ERROR  # no greeting
if not wp.is_cuda_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

TILE, STEP = 32, 16


@wp.kernel(enable_backward=False)
def multiply(a: wp.array2d[float], b: wp.array2d[float], c: wp.array2d[float]):
    i, j = wp.tid()
    total = wp.tile_zeros(shape=(TILE, TILE), dtype=float)
    for k in range(0, a.shape[1], STEP):  # what sticks out at the border counts as zero
        part_of_a = wp.tile_load(a, shape=(TILE, STEP), offset=(i * TILE, k))
        part_of_b = wp.tile_load(b, shape=(STEP, TILE), offset=(k, j * TILE))
        wp.tile_matmul(part_of_a, part_of_b, total)
    wp.tile_store(c, total, offset=(i * TILE, j * TILE))


def to_device(a, b):
    return wp.array(a, device="cuda"), wp.array(b, device="cuda")


def run(a, b):
    c, tiles = wp.empty_like(a), -(-len(a) // TILE)  # rounded up
    wp.launch_tiled(multiply, dim=[tiles, tiles], inputs=[a, b, c], block_dim=128, device="cuda")
    return c


def to_host(c):
    return c.numpy()


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
