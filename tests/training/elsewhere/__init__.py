"""Checkpoints from elsewhere, written on the spot and read again."""
