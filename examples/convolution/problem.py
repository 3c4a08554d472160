"""Convolution, 3 × 3."""

import math

import numpy as np

CHANNELS = 64  # in and out, as in the second layer of VGG-16, which has 224 x 224 pixels

UNIT = "pixels"
SIZES = tuple(side * side for side in (7, 28, 56, 112, 224, 448))
ERROR = "relative L2 error"
# A chain of 576 products of numbers with random signs, rounded to float32 after each, is off by
# about 6e-8 * sqrt(576 / 6) = 6e-7 of the result. Winograd's F(4 x 4, 3 x 3), whose errors are
# several times larger, is allowed.
TOLERANCE = 1e-5
# 10 bits of mantissa: a shortened factor loses at most 2**-10 of its value, a product has two.
TOLERANCES = {"tf32": 2**-9}


def side(n: int) -> int:
    """Return how many rows and columns the square picture with n pixels has.

    Raises ValueError if there is none.
    """
    rows = math.isqrt(max(n, 0))
    if n < 1 or rows * rows != n:
        raise ValueError(f"No square picture has {n} pixels.")
    return rows


def label(n: int) -> str:
    """Return how a size is shown: height × width."""
    return f"{side(n)} × {side(n)}"


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture (channels, height, width) and weights (filters, channels, 3, 3).

    Random numbers in float32, from -0.5 up to 0.5. A layer's picture has 64 channels, not three.
    """
    shapes = (CHANNELS, side(n), side(n)), (CHANNELS, CHANNELS, 3, 3)
    picture, weights = (rng.random(s, dtype=np.float32) - np.float32(0.5) for s in shapes)
    return picture, weights


def reference(picture: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the layer's output (filters, height, width) in float64; beyond the border lie zeros.

    The sum of nine matrix products, one for each place in the window, over shifted pictures.
    """
    _, height, width = picture.shape
    padded = np.pad(picture.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    result = np.zeros((len(weights), height, width))
    for i in range(3):
        for j in range(3):
            shifted = padded[:, i : i + height, j : j + width]
            result += np.tensordot(weights[:, :, i, j].astype(np.float64), shifted, axes=1)
    return result


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of picture, weights and result, and a quarter of the direct operations.

    By the definition, 16 results take 16 * 9 products and sums for each channel. Winograd's
    F(4 x 4, 3 x 3) takes 36 (Lavin and Gray, 2016), and libraries have it. What it does besides, to
    change tiles to its form and back, is not counted. Larger tiles take fewer and lose more digits.
    """
    picture, weights = inputs
    return {
        "bytes": picture.nbytes + weights.nbytes + 4 * expected.size,
        "operations": 2 * 9 * len(picture) * expected.size // 4,
    }
