"""H14: what a chapter claims of its measurements, in words that are held against records."""
