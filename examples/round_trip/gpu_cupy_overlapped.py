"""CuPy in pieces on three streams: copy in, up, multiply and down go on at the same time."""

import numpy as np

try:
    import cupy as cp
    import cupyx
except ImportError:
    raise SystemExit("Needs CuPy: pip install 'cupy-cuda12x[ctk]' (see chapter 3).") from None

if not cp.is_available():
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

PIECE = 2**20  # numbers, so 4 MiB
STREAMS = [cp.cuda.Stream(non_blocking=True) for _ in range(3)]
STAGED = [cupyx.empty_pinned(PIECE, np.float32) for _ in STREAMS]
THERE = [cp.empty(PIECE, np.float32) for _ in STREAMS]


def to_device(data):
    return (data,)  # the whole trip is in run


def run(data):
    squares = cupyx.empty_pinned(data.shape, data.dtype)
    for k, first in enumerate(range(0, data.size, PIECE)):
        stream, piece = STREAMS[k % 3], data[first : first + PIECE]
        staged, there = STAGED[k % 3][: piece.size], THERE[k % 3][: piece.size]
        stream.synchronize()  # the last piece on this stream is home, its buffers are free
        staged[:] = piece  # while the pieces on the other streams travel
        with stream:
            there.set(staged)
            cp.multiply(there, there, out=there)
            there.get(out=squares[first : first + PIECE], blocking=False)
    for stream in STREAMS:
        stream.synchronize()
    return squares


def to_host(squares):
    return squares


if __name__ == "__main__":
    data = np.random.default_rng().random(10**6, dtype=np.float32)
    squares = to_host(run(*to_device(data)))
    print(data[:4], "squared is", squares[:4])
