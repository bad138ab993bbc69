"""Faults at every step of a review's way, and what holds all the same. `docs/reliability.md`."""
