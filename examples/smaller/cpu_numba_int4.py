"""Numba: 32 weights of four bits share a scale, two in each byte."""

import numba
import numpy as np


def to_device(weights, x):
    blocks = weights.reshape(len(weights), -1, 32)
    at = abs(blocks).argmax(2)[:, :, None]
    largest = np.take_along_axis(blocks, at, 2)[:, :, 0] / -8 + np.float32(1e-30)
    halves = ((largest.view(np.uint32) + 0x8000) >> 16).astype(np.uint16)  # in bfloat16
    scales = (halves.astype(np.uint32) << 16).view(np.float32)[:, :, None]
    q = (np.rint(blocks / scales) + 8).clip(0, 15).astype(np.uint8)
    return q[:, :, :16] | q[:, :, 16:] << 4, halves, x.reshape(len(x), -1, 32)


@numba.njit(parallel=True, fastmath={"reassoc", "contract"})  # any order of the sums: SIMD
def run(q, halves, x):
    y = np.empty((len(x), len(q)), np.float32)
    for i in numba.prange(len(q)):
        totals = np.empty(32, np.float32)
        for t in range(len(x)):
            totals[:] = 0
            for b in range(q.shape[1]):
                scale = np.uint32(halves[i, b] << 16).view(np.float32)
                for j in range(16):
                    two = np.int32(q[i, b, j])
                    totals[j] += scale * np.float32((two & 15) - 8) * x[t, b, j]
                    totals[16 + j] += scale * np.float32((two >> 4) - 8) * x[t, b, 16 + j]
            y[t, i] = totals.sum()
    return y


def to_host(y):
    return y


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    weights, x = (rng.standard_normal((k, 4096), dtype=np.float32) for k in (1000, 1))
    y, exact = to_host(run(*to_device(weights, x))), x.astype(float) @ weights.T.astype(float)
    print(f"error: {np.linalg.norm(y - exact) / np.linalg.norm(exact):.1e}")
