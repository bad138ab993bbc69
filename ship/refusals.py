"""Why a deployment, its end or a restore did not happen, told in one line each.

ShipError
├── AccountUnusable    no credentials, no such region, or AWS does not take them
├── Refused            what was asked cannot be done as it was asked
└── StackFailed        CloudFormation, or the site, did not end as it was asked to
"""

from ship.errors import ShipError


class AccountUnusable(ShipError):
    """The operator's account cannot be asked."""


class Refused(ShipError):
    """What was asked cannot be done as it was asked; nothing was changed."""


class StackFailed(ShipError):
    """What was begun did not end as it should; the message says how to go on."""
