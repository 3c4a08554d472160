"""Heat in a rod, pass after pass."""

import numpy as np

# In each pass every point of the rod moves towards its two neighbours, the faster the better its
# material conducts:
#     heat[i] += step * conductivity[i] * (heat[i - 1] - 2 * heat[i] + heat[i + 1])
# The two ends keep their temperature. A pass needs all of the one before.
LENGTH = 2**22

UNIT = "passes"
SIZES = (1, 3, 10, 30, 100, 300)
ERROR = "relative L2 error"
# A pass rounds to float32 a few times, by 6e-8 each. The new value is a weighted mean of three old
# ones, so that an error never grows. Roundings go up and down at random, so that k passes leave
# about sqrt(k) of one: 17 * 1.5e-7 after 300. A program that leaves out one pass of 300 is off by
# 2e-4.
TOLERANCE = 3e-6

OPERATIONS_PER_UPDATE = 6  # as written above


def make_inputs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return heat, conductivity and the length of each of the n steps, all float32.

    Heat lies between 0 and 1, step * conductivity between 0 and 1/2: more would not be stable.
    A number of passes that is not in the sweep is for tests, and comes with a short rod.
    """
    length = LENGTH if n in SIZES else 1009
    heat = rng.random(length, dtype=np.float32)
    conductivity = rng.random(length, dtype=np.float32) / 2
    return heat, conductivity, (1 + rng.random(n, dtype=np.float32)) / 2


def reference(heat: np.ndarray, conductivity: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the heat after all steps, in float64."""
    result = np.empty(heat.size)
    part, halo = 2**14, len(steps)  # in parts that stay in the cache: nothing travels farther
    for first in range(0, heat.size, part):
        left, right = max(first - halo, 0), min(first + part + halo, heat.size)
        h = heat[left:right].astype(np.float64)
        c = conductivity[left + 1 : right - 1].astype(np.float64)
        bend, inner = np.empty_like(c), h[1:-1]
        for step in steps.astype(np.float64):
            np.add(h[:-2], h[2:], out=bend)
            bend -= inner
            bend -= inner
            bend *= c
            bend *= step
            inner += bend
        result[first : first + part] = h[first - left : first - left + part]
    return result


def work(inputs: tuple[np.ndarray, np.ndarray, np.ndarray], expected: np.ndarray) -> dict[str, int]:
    """Return the bytes of a program that reads all inputs once and writes the float32 result once.

    The best programs go over the memory once for many passes. The operations are those of all.
    """
    heat, _, steps = inputs
    return {
        "bytes": sum(i.nbytes for i in inputs) + 4 * expected.size,
        "operations": OPERATIONS_PER_UPDATE * (heat.size - 2) * steps.size,
    }
