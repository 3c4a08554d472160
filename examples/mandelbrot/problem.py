"""Mandelbrot, 20 iterations."""

import math

import numpy as np

# A point c of the plane is walked along z = c, c² + c, (c² + c)² + c, ... : each z is the last
# one squared, plus c. Its count says how many of the first ITERATIONS values of z lie, from the
# first one on, at most 2 away from zero. All variants count so; a point that never gets farther
# away belongs to the set and has the count ITERATIONS.
ITERATIONS = 20

UNIT = "pixels"
HEIGHTS = (16, 64, 256, 512, 1024, 2048)
SIZES = tuple(height * (3 * height // 2) for height in HEIGHTS)
FIRST_CALL_SIZE = 1024 * 1536
ERROR = "share of pixels with another count"
# Measured: float32 moves about one pixel in a million across a border between two counts. In the
# smallest picture one pixel is already a share of 1 in 384, so that one must be allowed.
TOLERANCE = 0.003

# One step: |z|² takes two multiplications and an addition, z² + c another multiplication (the
# squares are there already), a doubling, a subtraction and two additions. Comparing and counting
# are not floating-point arithmetic.
OPERATIONS_PER_STEP = 8


def shape(n: int) -> tuple[int, int]:
    """Return (height, width) of the picture with n pixels, whose width is 3/2 of its height.

    Raises ValueError if there is none.
    """
    height = round(math.sqrt(max(n, 0) * 2 / 3))
    width = 3 * height // 2
    if n < 1 or height * width != n:
        raise ValueError(f"No picture has {n} pixels and a width of 3/2 of its height.")
    return height, width


def label(n: int) -> str:
    """Return how a size is shown: height × width."""
    height, width = shape(n)
    return f"{height} × {width}"


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the real parts (width,), the imaginary parts (height,) and the iterations.

    The parts are float32 and span -2 to 1 and -1 to 1. The whole grid is shifted by a random
    fraction of a pixel: every run computes other points, and all of them the same picture.
    """
    height, width = shape(n)
    x = -2 + 3 * (np.arange(width) + rng.random()) / width
    y = -1 + 2 * (np.arange(height) + rng.random()) / height
    return x.astype(np.float32), y.astype(np.float32), ITERATIONS


def reference(x: np.ndarray, y: np.ndarray, iterations: int) -> np.ndarray:
    """Return the counts in float64, uint16 of shape (height, width)."""
    counts = np.empty((y.size, x.size), np.uint16)
    rows = max(1, 2**14 // x.size)  # that many at a time, so that they stay in the cache
    for top in range(0, y.size, rows):
        part = slice(top, top + rows)
        plane = x.astype(np.float64) + 1j * y[part, None].astype(np.float64)
        counts[part] = _counts(plane.ravel(), iterations).reshape(plane.shape)
    return counts


def _counts(c: np.ndarray, iterations: int) -> np.ndarray:
    """Return the counts of the points c (n,), dropping each point where it leaves."""
    counts = np.full(c.size, iterations, np.uint16)
    left = np.arange(c.size)
    z = c
    for k in range(iterations):
        inside = z.real**2 + z.imag**2 <= 4
        if not inside.all():
            counts[left[~inside]] = k
            left, z, c = left[inside], z[inside], c[inside]
        z = z * z + c
    return counts


def work(inputs: tuple[np.ndarray, np.ndarray, int], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of inputs and counts, and the operations of the steps that were counted.

    The best known pictures skip points that a formula knows to be inside; here every variant
    walks them all.
    """
    x, y, _ = inputs
    return {
        "bytes": x.nbytes + y.nbytes + expected.nbytes,
        "operations": OPERATIONS_PER_STEP * int(expected.sum(dtype=np.int64)),
    }


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return the share of pixels, 0 to 1, whose counts differ."""
    return float(np.mean(result != expected))
