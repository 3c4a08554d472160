"""Numbers in running text and in tables: `[[time ...]]` and its like."""
