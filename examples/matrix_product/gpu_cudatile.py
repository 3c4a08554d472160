"""cuTile: the kernel in Python, for a whole tile of the result at a time."""

import numpy as np

try:
    import cuda.tile as ct
    import cupy as cp
except ImportError:
    raise SystemExit("Needs cuTile: pip install 'cuda-tile[tileiras]' cupy-cuda13x.") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

TILE, STEP = 64, 32
ZERO = ct.PaddingMode.ZERO


@ct.kernel
def multiply(a, b, c):
    i, j = ct.bid(0), ct.bid(1)
    total = ct.full((TILE, TILE), 0, ct.float32)
    for k in range(ct.cdiv(a.shape[1], STEP)):
        part_of_a = ct.load(a, (i, k), (TILE, STEP), padding_mode=ZERO)
        part_of_b = ct.load(b, (k, j), (STEP, TILE), padding_mode=ZERO)
        total = ct.mma(part_of_a, part_of_b, total)
    ct.store(c, (i, j), total)


def to_device(a, b):
    return cp.asarray(a), cp.asarray(b)


def run(a, b):
    c, tiles = cp.empty_like(a), ct.cdiv(len(a), TILE)
    ct.launch(cp.cuda.get_current_stream(), (tiles, tiles), multiply, (a, b, c))
    return c


def to_host(c):
    return cp.asnumpy(c)


if __name__ == "__main__":
    a, b = np.random.default_rng().random((2, 500, 500), dtype=np.float32) - np.float32(0.5)
    c, exact = to_host(run(*to_device(a, b))), a.astype(float) @ b.astype(float)
    print(f"largest difference from float64: {abs(c - exact).max():.1e}")
