"""SAXPY."""

import numpy as np

# The name is that of a routine of the BLAS library, "single precision a times x plus y". That
# routine overwrites y; here the sum is a new array, so that every call computes the same.
UNIT = "elements"
SIZES = (2**8, 2**11, 2**14, 2**17, 2**20, 2**23, 2**25)
FIRST_CALL_SIZE = 2**20
ERROR = "relative L2 error"
# a, x and y are not negative, so that nothing cancels. Rounding the product and then the sum to
# float32 changes an element by at most two parts in 2**24, which is 1.2e-7.
TOLERANCE = 1.2e-7


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.float32, np.ndarray, np.ndarray]:
    """Return a float32 number and two float32 arrays of shape (n,), all random from 0 up to 1."""
    x, y = rng.random(n, dtype=np.float32), rng.random(n, dtype=np.float32)
    return np.float32(rng.random()), x, y


def reference(a: np.float32, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return a * x + y in float64, of shape (n,)."""
    return np.float64(a) * x.astype(np.float64) + y


def work(inputs: tuple[np.float32, np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of x, y and the float32 result, and a product and a sum per element."""
    return {"bytes": 12 * expected.size, "operations": 2 * expected.size}
