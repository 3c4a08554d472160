"""The blocks of a page, such as `/// timings | EXAMPLE`."""
