"""A histogram into counts that are allocated once."""

import numpy as np

counts = np.zeros(16, np.int64)


def run(bins):
    np.add.at(counts, bins, 1)
    return counts.copy()
