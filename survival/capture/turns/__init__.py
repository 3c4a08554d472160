"""How the processes of a capture take turns, and how the machine fares meanwhile."""
