"""Tables of what is no timing of ours: cited, computed, or said by libraries."""
