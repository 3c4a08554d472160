"""What leads a reader into the guide: the picture, the first step, the map of the chapters."""
