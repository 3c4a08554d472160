"""What the chapter on numbers that differ says of its programs, beyond their tolerance."""

import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.examples.test_gpu import cuda_devices

FOLDER = Path(__file__).parents[2] / "examples" / "numbers_that_differ"
HALF = 2.0**-24  # an addition in float32 rounds by at most this share of its result


def run(variant: str, x: np.ndarray) -> Any:
    """What a variant returns."""
    return runpy.run_path(str(FOLDER / f"{variant}.py"))["run"](x)[0]


def numbers(n: int = 1_000_003) -> np.ndarray:
    """Random numbers that no lane and no core divides evenly."""
    return np.random.default_rng(3).random(n, dtype=np.float32)


def variants(device: str) -> list[str]:
    """The names of the variants of one device."""
    return sorted(p.stem for p in FOLDER.glob(f"{device}_*.py"))


def integers() -> np.ndarray:
    """Small whole numbers: up to 2**24 they add up without rounding, in any order."""
    return np.random.default_rng(3).integers(1, 10, 1_000_003).astype(np.float32)


@pytest.mark.parametrize("variant", variants("cpu"))
def test_no_number_is_lost(variant: str) -> None:
    """The tolerance is one for all programs, and wide; here the sum must be exact."""
    x = integers()
    assert run(variant, x) == x.sum(dtype=np.float64)


@pytest.mark.gpu
@pytest.mark.skipif(cuda_devices() == 0, reason="no CUDA device is here")
@pytest.mark.parametrize("variant", variants("gpu"))
def test_no_number_is_lost_on_a_gpu(variant: str) -> None:
    """Each thread adds several numbers at this size, which is larger than the other tests'."""
    x, program = integers(), runpy.run_path(str(FOLDER / f"{variant}.py"))
    result = program["to_host"](program["run"](*program["to_device"](x)))
    assert result[0] == x.sum(dtype=np.float64)


@pytest.mark.parametrize(
    ("variant", "levels"), [("cpu_numba_onecore_compensated", 1), ("cpu_numba_compensated", 3)]
)
def test_a_compensated_sum_keeps_the_bound_that_a_plain_one_need_not(
    variant: str, levels: int
) -> None:
    """Two roundings of all absolute values for each level of sums, and n * HALF**2 (Kahan)."""
    x = numbers()
    signs = np.where(np.arange(x.size) < x.size // 2, np.float32(1), np.float32(-1))
    for y in (x, x * signs):
        exact = math.fsum(y.tolist())
        bound = (2 * levels * HALF + x.size * HALF**2) * math.fsum(abs(y).tolist())
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


def in_pairs(x: np.ndarray) -> tuple[np.float32, int]:
    """A sum as NumPy adds it up, and the most additions that a number passes through."""
    if x.size > 128:
        half = x.size // 2 - x.size // 2 % 8
        (a, deep), (b, deeper) = in_pairs(x[:half]), in_pairs(x[half:])
        return a + b, 1 + max(deep, deeper)
    left = x.size % 8
    rows = x[: x.size - left].reshape(-1, 8)
    lanes = np.add.accumulate(rows)[-1]
    while lanes.size > 1:
        lanes = lanes[::2] + lanes[1::2]
    return np.add.accumulate([lanes[0], *x[x.size - left :]])[-1], len(rows) - 1 + 3 + left


@pytest.mark.parametrize("n", [8, 127, 128, 999, 1000, 14_351, 122_888, 1_000_003])
def test_numpy_rounds_as_often_as_the_chapter_says(n: int) -> None:
    """At most log2(n) + 12 additions for each number, and seven more if n is no multiple of 8."""
    x = numbers(n)
    total, additions = in_pairs(x)
    assert total == x.sum()
    assert additions <= math.log2(n) + 12 + 7 * (n % 8 > 0)
    assert n != 127 or additions > math.log2(n) + 12
