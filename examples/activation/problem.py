"""GELU, an activation."""

import numpy as np

UNIT = "elements"
SIZES = (2**10, 2**13, 2**16, 2**20, 2**23, 2**26)
ERROR = "relative L2 error"
# A handful of float32 operations, each off by at most one part in 2**24 (6e-8), and a tanh or exp
# that is off by a few such parts: at most about 5e-7 for large elements, and roundings partly
# cancel. The other GELU, the one with erf, differs by more than 1e-4 and is refused.
TOLERANCE = 1e-6

# With tanh: two multiplications for x * x * x, three more, two additions, the two by which the
# result is scaled, and the tanh itself counted as one. As x / (1 + exp(x * (a + b * x * x))) it is
# less: three multiplications, two additions, an exponential and a division.
OPERATIONS = 7


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return one random float32 array of shape (n,), normally distributed like a network's."""
    return (rng.standard_normal(n, dtype=np.float32),)


def reference(x: np.ndarray) -> np.ndarray:
    """Return 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³))) in float64, of shape (n,)."""
    y = np.empty(x.size)
    for first in range(0, x.size, 2**16):  # in parts: the temporaries are large
        part = slice(first, first + 2**16)
        v = x[part].astype(np.float64)
        y[part] = 0.5 * v * (1 + np.tanh(np.sqrt(2 / np.pi) * (v + 0.044715 * v * v * v)))
    return y


def work(inputs: tuple[np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the least bytes to move (one float32 read, one written) and operations to do."""
    return {"bytes": 8 * expected.size, "operations": OPERATIONS * expected.size}
