"""Runs, checks, times and records: `examples/` in, `results/` out."""
