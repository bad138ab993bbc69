"""The keys that sign tokens and make ids: one SSM parameter, a SecureString.

Its value is a comma-separated list of keys in hexadecimal, 32 bytes each. The first signs; all of
them verify, so a new key goes to the front and an old one stays until what it signed is forgotten.
"""

from typing import TYPE_CHECKING

from artreview.errors import SettingMissing

if TYPE_CHECKING:
    from types_boto3_ssm.client import SSMClient

KEY_BYTES = 32


def signing_keys(client: "SSMClient", parameter: str) -> tuple[bytes, ...]:
    """Return the keys, the signing one first.

    Raises SettingMissing where the parameter is absent or is no such list.
    """
    try:
        answer = client.get_parameter(Name=parameter, WithDecryption=True)
    except client.exceptions.ParameterNotFound as error:
        raise SettingMissing(f"the SSM parameter {parameter} does not exist") from error
    try:
        keys = tuple(bytes.fromhex(key) for key in answer["Parameter"]["Value"].split(","))
    except ValueError as error:
        raise SettingMissing(f"the SSM parameter {parameter} is not hexadecimal") from error
    if not all(len(key) == KEY_BYTES for key in keys):
        raise SettingMissing(f"the SSM parameter {parameter} must hold keys of {KEY_BYTES} bytes")
    return keys
