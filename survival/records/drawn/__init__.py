"""What programs draw, by counters."""
