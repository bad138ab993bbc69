"""Tests of the scraper, over an archive made up on loopback."""
