"""Asks an index of packages what a tool downloads, and for which systems it is built."""
