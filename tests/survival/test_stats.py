"""Order statistics against what the definition gives."""

from math import comb

import pytest

from survival.stats import MIN_SAMPLES, summary


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
