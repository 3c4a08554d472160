"""What the operating system says of this computer, and what a container may use of it."""
