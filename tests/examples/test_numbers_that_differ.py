"""What the chapter on numbers that differ says of its programs, beyond their tolerance."""

import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "numbers_that_differ"
HALF = 2.0**-24  # an addition in float32 rounds by at most this share of its result


def run(variant: str, x: np.ndarray) -> Any:
    """What a variant returns."""
    return runpy.run_path(str(FOLDER / f"{variant}.py"))["run"](x)[0]


def numbers(n: int = 1_000_003) -> np.ndarray:
    """Random numbers that no lane and no core divides evenly."""
    return np.random.default_rng(3).random(n, dtype=np.float32)


@pytest.mark.parametrize("variant", ["cpu_numba_compensated", "cpu_numba_onecore_compensated"])
def test_a_compensated_sum_keeps_the_bound_that_a_plain_one_need_not(variant: str) -> None:
    """Kahan's bound is two roundings of all absolute values, whatever cancels; and n * HALF**2."""
    x = numbers()
    signs = np.where(np.arange(x.size) < x.size // 2, np.float32(1), np.float32(-1))
    for y in (x, x * signs):
        exact = math.fsum(y.tolist())
        bound = (2 * HALF + x.size * HALF**2) * math.fsum(abs(y).tolist())
        assert abs(float(run(variant, y)) - exact) <= bound


def test_one_running_total_is_worse_than_pairs() -> None:
    """Where the chain is long, what the chapter is about is there to be seen."""
    x = numbers()
    exact = math.fsum(x.tolist())
    chain, pairs = (abs(run(v, x) - exact) for v in ("cpu_numba_onecore", "cpu_numpy"))
    assert chain > 5 * pairs


def test_float64_is_exact_for_these_numbers() -> None:
    """The problem's tolerance for float64 is zero, because nothing is rounded."""
    x = numbers()
    for variant in ("cpu_numba_float64", "cpu_numpy_float64"):
        assert run(variant, x) == math.fsum(x.tolist())
