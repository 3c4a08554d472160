"""H11, H13, H14, H17: no measurement is typed. Reads the text of a page."""
