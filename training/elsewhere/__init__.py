"""Checkpoints that were made elsewhere: recognised, read, checked and written as plain folders."""
