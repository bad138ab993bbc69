"""The outgoing mail: SES, as whole MIME messages, so that every header is ours."""

from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
)

from artreview.errors import MailRefused, MailUncertain, MailUndelivered, MailUnwritable

if TYPE_CHECKING:
    from types_boto3_sesv2.client import SESV2Client

_FINAL_REFUSALS = frozenset({"MessageRejected", "BadRequestException", "MailFromDomainNotVerified"})
"""SES answers these to a mail that it will never take (SES API v2, SendEmail, errors)."""

_NEVER_REACHED = (
    EndpointConnectionError,
    ConnectTimeoutError,
    ProxyConnectionError,
    NoCredentialsError,
    CredentialRetrievalError,
)
"""With these no request was sent. Any other silence (no answer in time, a connection that was cut)
can come after SES took the mail."""

_SERVER_ERROR = 500
"""From this status on it was SES that failed, and it may have failed after it took the mail."""

_UNAVAILABLE = 503
"""SES takes no requests at the moment (RFC 9110, section 15.6.4): it has not taken this one."""


class Mailer:
    """Sends messages; tells apart what did not go out and what may have."""

    def __init__(self, client: "SESV2Client", configuration_set: str = "") -> None:
        """Keep the client, and the name of SES's rules for these mails; empty for none."""
        self._client = client
        self._rules: Any = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, message: EmailMessage) -> None:
        """Send the message to its `To`.

        Raises MailRefused where trying again is no use, MailUndelivered where SES certainly did not
        take the mail but may later, and MailUncertain where it may have taken it. What SES says
        goes no further, for it names the addressee.
        """
        data = _bytes_of(message)
        try:
            self._client.send_email(
                FromEmailAddress=str(message["From"]),
                Destination={"ToAddresses": [str(message["To"])]},
                Content={"Raw": {"Data": data}},
                **self._rules,
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if status >= _SERVER_ERROR and status != _UNAVAILABLE:
                raise MailUncertain(f"SES failed: {code}") from None
            kind = MailRefused if code in _FINAL_REFUSALS else MailUndelivered
            raise kind(f"SES did not take the mail: {code}") from None
        except _NEVER_REACHED as error:
            raise MailUndelivered(f"SES was not reached: {type(error).__name__}") from None
        except Exception as error:  # noqa: BLE001 - an answer that cannot be read, for one
            raise MailUncertain(f"SES did not answer: {type(error).__name__}") from None


def _bytes_of(message: EmailMessage) -> bytes:
    """Return the message as it is sent. Raises MailUnwritable."""
    try:
        return message.as_bytes()
    except Exception as error:  # noqa: BLE001 - the email package raises whatever it meets
        raise MailUnwritable(f"no mail can be made: {type(error).__name__}") from None
