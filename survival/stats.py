"""Order statistics of timing samples: no mean anywhere, because timings are skewed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

MIN_SAMPLES = 6
"""With five samples or fewer, no pair of ranks encloses the median with 95 % confidence."""


class Summary(NamedTuple):
    """Median with its 95 % confidence interval and the quartiles, in the unit of the samples."""

    median: float
    low: float
    high: float
    q1: float
    q3: float


def summary(samples: Sequence[float]) -> Summary:
    """Summarise at least one sample.

    The interval is the exact one by ranks (the binomial test of the median; Hoefler & Belli, SC15,
    section 3.1.3). Below MIN_SAMPLES it does not exist; the whole range stands in for it, and the
    judge (H7) refuses to show such a timing.
    """
    from scipy.stats import quantile_test  # slow to import, and no page build needs it

    q1, median, q3 = np.quantile(samples, [0.25, 0.5, 0.75])
    low, high = min(samples), max(samples)
    if len(samples) >= MIN_SAMPLES:
        low, high = quantile_test(samples, p=0.5).confidence_interval(0.95)
    return Summary(*(float(v) for v in (median, low, high, q1, q3)))
