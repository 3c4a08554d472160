"""A moving average over 86,400 samples."""

import numpy as np

# A sensor gives one sample per second. For each of n moments: the mean of the day before it.
WINDOW = 86_400

UNIT = "averages"
SIZES = (2**8, 2**11, 2**14, 2**17, 2**20)
ERROR = "relative L2 error"
# Measured: up to 5e-5, by a running sum in float32 over a million samples: each of them is rounded
# on its way in and on its way out. A window that is one sample too short is off by 3e-3.
TOLERANCE = 3e-4


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Return random float32 samples, -0.5 up to 0.5, shape (n + WINDOW - 1,), and the window."""
    return rng.random(n + WINDOW - 1, dtype=np.float32) - np.float32(0.5), WINDOW


def reference(samples: np.ndarray, window: int) -> np.ndarray:
    """Return the n means, from sums of all samples so far in float64, shape (n,)."""
    so_far = np.concatenate([[0.0], np.cumsum(samples, dtype=np.float64)])
    return (so_far[window:] - so_far[:-window]) / window


def work(inputs: tuple[np.ndarray, int], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of samples and float32 means, and the operations of a running sum.

    The first sum takes an addition per sample, each further one an addition and a subtraction.
    """
    samples, window = inputs
    return {
        "bytes": samples.nbytes + 4 * expected.size,
        "operations": window + 2 * expected.size,
    }
