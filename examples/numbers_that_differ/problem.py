"""The distance of points from the origin."""

# This is the template's own problem. Replace it by yours; CONTRIBUTING.md says what each name is.
import numpy as np

UNIT = "points"
SIZES = (2**8, 2**11, 2**14, 2**17, 2**20, 2**23, 2**25)
ERROR = "relative L2 error"
# Say where the number comes from. Here two squares, their sum and the root are each rounded to
# float32, by at most one part in 2**24. The root halves what came before it, which leaves two.
TOLERANCE = 1.2e-7


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return two random float32 arrays of shape (n,), with values from 0 up to 1."""
    return rng.random(n, dtype=np.float32), rng.random(n, dtype=np.float32)


def reference(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the root of x * x + y * y in float64, of shape (n,)."""
    return np.hypot(x.astype(np.float64), y.astype(np.float64))


def work(inputs: tuple[np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of x, y and the float32 result, and two squares, a sum and a root each."""
    return {"bytes": 12 * expected.size, "operations": 4 * expected.size}
