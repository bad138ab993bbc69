"""Originality: the words, the index, the steering."""
