"""cuTile: the kernel in Python, for a whole tile of elements at a time."""

import numpy as np

try:
    import cuda.tile as ct
    import cupy as cp
except ImportError:
    raise SystemExit("Needs cuTile: pip install 'cuda-tile[tileiras]' cupy-cuda13x.") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

TILE = 1024


@ct.kernel
def saxpy(a, x, y, out):
    i = ct.bid(0)  # the tile's number; what sticks out at the end is not stored
    total = a * ct.load(x, (i,), (TILE,)) + ct.load(y, (i,), (TILE,))
    ct.store(out, (i,), total)


def to_device(a, x, y):
    return float(a), cp.asarray(x), cp.asarray(y)


def run(a, x, y):
    out = cp.empty_like(x)
    stream = cp.cuda.get_current_stream()
    ct.launch(stream, (ct.cdiv(x.size, TILE),), saxpy, (a, x, y, out))
    return out


def to_host(out):
    return cp.asnumpy(out)


if __name__ == "__main__":
    x, y = np.random.default_rng().random((2, 1_000_000), dtype=np.float32)
    out = to_host(run(*to_device(np.float32(2), x, y)))
    print("2 *", x[:3], "+", y[:3], "=", out[:3])
