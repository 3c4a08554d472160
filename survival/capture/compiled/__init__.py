"""Compiles the kernels of the examples and reads the machine code; it needs no GPU."""
