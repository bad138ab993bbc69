"""The outgoing mail: SES, as whole MIME messages, so that every header is ours."""

from email.message import EmailMessage
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from artreview.errors import MailRefused, MailUndelivered

if TYPE_CHECKING:
    from types_boto3_sesv2.client import SESV2Client

_FINAL_REFUSALS = frozenset({"MessageRejected", "BadRequestException", "MailFromDomainNotVerified"})
"""SES answers these to a mail that it will never take (SES API v2, SendEmail, errors)."""


class Mailer:
    """Sends messages; what cannot be sent now is raised, so that the queue tries again."""

    def __init__(self, client: "SESV2Client") -> None:
        """Keep the client."""
        self._client = client

    def send(self, message: EmailMessage) -> None:
        """Send the message to its `To`.

        Raises MailRefused where trying again is no use, and MailUndelivered where it may help.
        What SES says goes no further, for it names the addressee.
        """
        try:
            self._client.send_email(
                FromEmailAddress=str(message["From"]),
                Destination={"ToAddresses": [str(message["To"])]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            kind = MailRefused if code in _FINAL_REFUSALS else MailUndelivered
            raise kind(f"SES did not take the mail: {code}") from None
        except BotoCoreError as error:
            raise MailUndelivered(f"SES did not answer: {type(error).__name__}") from None
