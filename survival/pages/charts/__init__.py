"""Charts as inline SVG: made from records, laid out to the pixel."""
