"""A checklist for code that looks right: `python -m survival check FILE --against REFERENCE`."""
