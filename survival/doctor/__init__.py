"""What this machine can run of the guide, in plain words."""
