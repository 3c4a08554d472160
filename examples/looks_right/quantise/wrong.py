"""int8 with a scale for each shape, found on the first batch."""

import numpy as np

scales = {}


def run(x):
    if x.shape not in scales:
        scales[x.shape] = np.abs(x).max(initial=1e-30) / np.float32(127)
    scale = scales[x.shape]
    return np.round(x / scale) * scale
