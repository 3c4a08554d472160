"""int8 with a scale for each batch."""

import numpy as np


def run(x):
    scale = np.abs(x).max(initial=1e-30) / np.float32(127)
    return np.round(x / scale) * scale
