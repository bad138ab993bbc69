"""The operator's commands: how the site is, what was reported, what failed."""
