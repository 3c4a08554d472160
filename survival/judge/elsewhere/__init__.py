"""What others measured, and what a data sheet allows: evidence that enters no comparison."""
