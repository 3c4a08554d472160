"""A GPU of any maker, reached through WebGPU: what it is, how long it takes, what it can do."""
