"""Promises of the training: from books to a bundle."""
