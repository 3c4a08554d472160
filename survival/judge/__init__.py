"""Is it honest? The rules over records, comparisons, claims and prose."""
