"""What others measured, and what a data sheet allows: kinds of evidence that enter no comparison."""
