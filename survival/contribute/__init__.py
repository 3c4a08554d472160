"""What a contributor needs: a chapter from templates, and what a pull request changes."""
