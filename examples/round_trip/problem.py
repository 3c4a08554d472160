"""There and back: one multiplication for each number."""

import numpy as np

UNIT = "bytes"  # of the array that is sent; as many come back
SIZES = (2**12, 2**16, 2**20, 2**22, 2**24, 2**26, 2**28)
ERROR = "relative L2 error"
# One rounding of each square, by 6e-8 at most.
TOLERANCE = 1e-7


def label(n: int) -> str:
    """Return the size in binary units: 65536 is "64 KiB"."""
    for unit, power in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if n >= 2**power:
            return f"{n / 2**power:g} {unit}"
    return f"{n} B"


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return n bytes of random float32 numbers, 0 up to 1. Raises ValueError if n % 4 is not 0."""
    if n < 4 or n % 4:
        raise ValueError(f"{n} bytes are no array of float32")
    return (rng.random(n // 4, dtype=np.float32),)


def reference(data: np.ndarray) -> np.ndarray:
    """Return the squares in float64."""
    return data.astype(np.float64) ** 2


def work(inputs: tuple[np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of data and float32 squares, and one multiplication per number."""
    (data,) = inputs
    return {"bytes": 2 * data.nbytes, "operations": data.size}
