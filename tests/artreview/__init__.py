"""Tests of `artreview`."""
