"""Energy: what a counter may say, and what no device can draw."""
