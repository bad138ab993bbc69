"""Tests of `generate`."""
