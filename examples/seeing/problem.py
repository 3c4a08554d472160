"""Learning to read digits."""

import numpy as np

UNIT = "pictures per step"
SIZES = (2, 8, 32, 128, 512)
TEST_SIZES = (32, 128)
DTYPE = (np.float32, np.int64)
ERROR = "share of wrong answers"
# Guessing is wrong nine times out of ten. Programs that learn as they should are wrong in 0.5 %
# to 4 % of the 1,000 unseen pictures, depending on the random numbers.
TOLERANCE = 0.05

SIDE, FILTERS, UNSEEN = 16, (8, 16), 1000
FONT = """
.###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###.
#...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...#
#...# ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...#
#...# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####
#...# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....#
#...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ....#
.###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .###.
"""
GLYPHS = np.array([[list(glyph) for glyph in row.split()] for row in FONT.split("\n")[1:-1]])
INK = np.pad(GLYPHS.swapaxes(0, 1) == "#", ((0, 0), (1, 1), (1, 1)))  # 10 digits, 9 x 7


def draw(digits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a picture of each digit: moved, scaled, slanted, paler, and with dots and noise."""

    def each(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, (len(digits), 1, 1))

    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    y, x = y + each(-1, 1), x + each(-1, 1)
    scale = each(1.5, 1.8)  # pixels for each cell of the font
    row = np.rint(y / scale + 4).clip(0, 8).astype(int)
    column = np.rint((x + each(-0.1, 0.1) * y) / scale + 3).clip(0, 6).astype(int)
    ink = INK[digits[:, None, None], row, column] * each(0.6, 1)
    ink[rng.random(ink.shape) < 0.01] = 1
    return (ink + rng.normal(-0.2, 0.1, ink.shape)).astype(np.float32)


def plan(n: int) -> tuple[int, float]:
    """Return how many steps of n pictures each it takes, and how far a step should go.

    The form of both formulas is that of McCandlish and others, "An Empirical Model of Large-Batch
    Training" (2018); their constants, 40, 64 and 0.1, were found by trying.
    """
    return round(40 * (1 + 64 / n)), 0.1 * n / (n + 64)


def make_inputs(n: int, rng: np.random.Generator) -> tuple:
    """Return pictures and labels by step, unseen pictures, the rate, and the initial weights.

    Pictures are (steps, n, 16, 16), labels (steps, n), unseen pictures (1000, 16, 16). The weights
    of a convolution are (height, width, channels, filters), those of the last layer (256, 10).
    """
    if n < 1:
        raise ValueError(f"There is no step of {n} pictures.")
    steps, rate = plan(n)
    labels = rng.integers(0, 10, (steps, n))
    pictures = draw(labels.ravel(), rng).reshape(steps, n, SIDE, SIDE)
    unseen = draw(truth(UNSEEN), rng)
    first, second = FILTERS
    shapes = (3, 3, 1, first), (3, 3, first, second), ((SIDE // 4) ** 2 * second, 10)
    weights = (rng.normal(0, (2 / np.prod(s[:-1])) ** 0.5, s).astype(np.float32) for s in shapes)
    return pictures, labels, unseen, rate, *weights


def truth(count: int) -> np.ndarray:
    """Return which digits the unseen pictures show: 0 to 9 and again from 0."""
    return np.arange(count) % 10


def reference(*inputs: np.ndarray) -> np.ndarray:
    """Return the right answers. No program is told them, and none gets all of them right."""
    return truth(len(inputs[2]))


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """Return the share of wrong answers."""
    return float(np.mean(result != expected))


def work(inputs: tuple, expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of all inputs and answers, and products and sums forwards and backwards.

    Backwards is as much again for the weights of each layer, and for its inputs but for the first.
    Of a 3 x 3 convolution a quarter is counted, as in the example `convolution`.
    """
    seen, unseen = inputs[1].size, len(expected)
    first, second = FILTERS
    layers = [
        SIDE**2 * 9 * first * 2 // 4,
        (SIDE // 2) ** 2 * 9 * first * second * 2 // 4,
        inputs[-1].size * 2,
    ]
    return {
        "bytes": sum(np.asarray(i).nbytes for i in inputs) + expected.nbytes,
        "operations": seen * (3 * sum(layers) - layers[0]) + unseen * sum(layers),
    }
