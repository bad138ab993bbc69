"""Our engine beside the others, on one machine, in one run: `python -m bench --help`."""
