"""What can go wrong, told in one line each.

ShipError
├── ToolMissing    a program of this computer is needed and not there, or not allowed
├── BuildFailed    what is to be shipped could not be built
└── NotShippable   it was built, and is not as it has to be: too large, or it does not answer
"""


class ShipError(Exception):
    """Something that the operator can put right; its message says how."""


class ToolMissing(ShipError):
    """A program that is needed is not on this computer, or may not be used."""


class BuildFailed(ShipError):
    """What is to be shipped could not be built."""


class NotShippable(ShipError):
    """What was built is not as it has to be."""
