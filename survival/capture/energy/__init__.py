"""Energy, where the machine has a counter of it."""
