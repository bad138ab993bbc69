"""Promises of the evaluation: each figure is what it says, and the report shows it."""
