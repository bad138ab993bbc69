"""What can go wrong, told in one line each."""


class LocalError(Exception):
    """Something the person at the keyboard can put right; its message says how."""
