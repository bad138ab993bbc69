"""What can go wrong, told in one line each.

OperateError
├── SiteUnreachable    no credentials, no region, no stack of this name, or AWS does not answer
└── Refused            the command cannot be done as it was given
"""


class OperateError(Exception):
    """Something that the operator can put right; its message says how."""


class SiteUnreachable(OperateError):
    """The site's stack cannot be asked."""


class Refused(OperateError):
    """The command cannot be done as it was given."""
