"""Out of memory allocating."""

import cupy as cp

cp.empty(2**45, dtype=cp.uint8)
