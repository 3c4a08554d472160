"""Provokes error messages, and records what was said."""
