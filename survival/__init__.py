"""The machinery of the guide: examples -> capture -> results -> judge -> pages."""
