"""will likely result in GPU under-utilization due to low occupancy."""

from numba import cuda


@cuda.jit
def add_one(x):
    x[cuda.grid(1)] += 1


add_one[1, 32]  # one block, for a GPU that runs hundreds
