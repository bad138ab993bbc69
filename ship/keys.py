"""The SSM parameter that holds the signing keys, which the template takes for granted."""

import secrets

from ship.account import Account

_KEY_BYTES = 32
"""What `artreview.signing_keys` asks for."""


def make_sure(account: Account, parameter: str) -> bool:
    """Make the parameter with a new key where it is missing; tell whether it was."""
    store = account.client("ssm")
    try:
        store.get_parameter(Name=parameter)
    except store.exceptions.ParameterNotFound:
        store.put_parameter(
            Name=parameter,
            Value=secrets.token_hex(_KEY_BYTES),
            Type="SecureString",
            Description="Signs the forms and the mails' links; see docs/operating.md.",
        )
        return True
    return False


def delete(account: Account, parameter: str) -> None:
    """Delete the keys, where they are."""
    store = account.client("ssm")
    try:
        store.delete_parameter(Name=parameter)
    except store.exceptions.ParameterNotFound:
        return
