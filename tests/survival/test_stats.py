"""Order statistics against what the definition gives."""

import math
from math import comb
from statistics import median

import numpy as np
import pytest

from survival.stats import MIN_SAMPLES, T95, scaled, summary, summary_of_processes


@pytest.mark.parametrize("n", [6, 7, 9, 20, 50])
def test_interval_is_the_narrowest_pair_of_ranks_with_95_percent(n: int) -> None:
    """The interval is by ranks: at least 95 % of the binomial lies between them."""
    found = summary([float(i) for i in range(1, n + 1)])
    low, high = int(found.low), int(found.high)
    covered = sum(comb(n, k) for k in range(low, high)) / 2**n
    assert covered >= 0.95
    narrower = sum(comb(n, k) for k in range(low + 1, high - 1)) / 2**n
    assert narrower < 0.95


def test_median_and_quartiles_of_known_samples() -> None:
    """Median and quartiles are those of the sorted samples, whatever their order."""
    assert summary([5.0, 1.0, 4.0, 2.0, 3.0])[0] == 3.0
    assert summary([5.0, 1.0, 4.0, 2.0, 3.0])[3:] == (2.0, 4.0)


def test_one_outlier_does_not_move_the_interval() -> None:
    """A single slow sample changes neither the median nor the interval of twenty."""
    calm = [1.0 + i / 1000 for i in range(20)]
    assert summary([*calm[:-1], 99.0])[:3] == summary(calm)[:3]


def test_too_few_samples_give_the_whole_range() -> None:
    """Below MIN_SAMPLES no 95 % interval exists, and the range stands in for it."""
    samples = [float(i) for i in range(MIN_SAMPLES - 1)]
    assert summary(samples)[1:3] == (0.0, MIN_SAMPLES - 2.0)


def test_students_t_is_that_of_scipy() -> None:
    """The table saves an import that takes longer than a page."""
    from scipy.stats import t

    for i, value in enumerate(T95, 1):
        assert value == pytest.approx(t.ppf(0.975, i), abs=6e-4)


def made_processes(rng: np.random.Generator, k: int, centre: float = 1.0) -> list[list[float]]:
    """Samples of k processes: each has its own level, 8 % apart, and noise of 2 % around it."""
    return [
        [centre * math.exp(level + noise) for noise in rng.normal(0, 0.02, 9)]
        for level in rng.normal(0, 0.08, k)
    ]


def test_over_three_processes_the_interval_covers_and_of_one_it_does_not() -> None:
    """With effects of processes, more samples of one know nothing of the others."""
    rng = np.random.default_rng(14)
    held = {1: 0, 3: 0}
    for _ in range(600):
        for k in held:
            found = summary_of_processes(made_processes(rng, k))
            held[k] += found.low <= 1.0 <= found.high
    assert held[3] / 600 > 0.92
    assert held[1] / 600 < 0.40


def test_a_program_against_itself_rarely_differs() -> None:
    """A/A: the true ratio is 1, and at most 7 % of three processes say that it is not."""
    rng = np.random.default_rng(15)
    false = {"by processes": 0, "by one": 0}
    for _ in range(600):
        a, b = made_processes(rng, 3), made_processes(rng, 3)
        ratios = [median(y) / median(x) for x, y in zip(a, b, strict=True)]
        false["by processes"] += not scaled(ratios).holds_one
        one, other = summary(a[0]), summary(b[0])
        false["by one"] += one.high < other.low or other.high < one.low
    assert false["by processes"] / 600 <= 0.07
    assert false["by one"] / 600 > 0.30


def test_a_real_difference_is_still_seen() -> None:
    """Of two programs of which one is twice as fast, nearly all say so."""
    rng = np.random.default_rng(16)
    seen = 0
    for _ in range(300):
        a, b = made_processes(rng, 3), made_processes(rng, 3, 2.0)
        seen += scaled([median(y) / median(x) for x, y in zip(a, b, strict=True)]).low > 1
    assert seen / 300 > 0.9
