"""Tests of what ships the site."""
