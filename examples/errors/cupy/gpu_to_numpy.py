"""Implicit conversion to a NumPy array is not allowed."""

import cupy as cp
import numpy as np

np.asarray(cp.ones(1))
