"""Hostile requests: whatever is sent, the site answers, and nothing of it breaks."""
