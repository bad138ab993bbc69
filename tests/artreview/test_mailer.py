"""The outgoing mail: what SES took, did not take, or may have taken."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from artreview import clients
from artreview.errors import (
    ArtReviewError,
    MailRefused,
    MailUncertain,
    MailUndelivered,
    MailUnwritable,
)
from artreview.limits import LEASE_SECONDS, SENDING_SECONDS
from artreview.mailer import Mailer

URL = "https://email.example"


class Ses:
    """Raises what it was given; keeps what it is asked to send."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> None:
        """Keep the request, or raise."""
        if self.error:
            raise self.error
        self.asked.append(request)


def message() -> EmailMessage:
    """Return a mail."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "art@example.org"
    message["To"] = "reader@example.org"
    message.set_content("Ready.")
    return message


def refusal(code: str, status: int) -> ClientError:
    """Return what boto3 raises for such an answer; its words name the addressee."""
    words = "reader@example.org is not verified"
    answer: Any = {
        "Error": {"Code": code, "Message": words},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "SendEmail")


def test_a_mail_is_sent_as_it_was_made() -> None:
    """One request, with the whole message."""
    ses = Ses()
    Mailer(ses).send(message())  # type: ignore[arg-type]
    (request,) = ses.asked
    assert request["Destination"] == {"ToAddresses": ["reader@example.org"]}
    assert request["Content"]["Raw"]["Data"] == message().as_bytes()


def test_a_mail_follows_the_rules_that_it_is_given() -> None:
    """SES's configuration set is named where there is one, and left out where there is none."""
    ses = Ses()
    Mailer(ses, "rules").send(message())  # type: ignore[arg-type]
    Mailer(ses).send(message())  # type: ignore[arg-type]
    with_rules, without = ses.asked
    assert with_rules["ConfigurationSetName"] == "rules"
    assert "ConfigurationSetName" not in without


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal("MessageRejected", 400), MailRefused),
        (refusal("TooManyRequestsException", 429), MailUndelivered),
        (refusal("SendingPausedException", 400), MailUndelivered),
        (refusal("AccessDeniedException", 403), MailUndelivered),
        (refusal("InternalFailure", 500), MailUncertain),
        (refusal("ServiceUnavailable", 503), MailUndelivered),
        (refusal("504", 504), MailUncertain),
        (EndpointConnectionError(endpoint_url=URL), MailUndelivered),
        (ConnectTimeoutError(endpoint_url=URL), MailUndelivered),
        (ReadTimeoutError(endpoint_url=URL), MailUncertain),
        (ConnectionClosedError(endpoint_url=URL), MailUncertain),
        (ResponseParserError("reader@example.org"), MailUncertain),
    ],
    ids=str,
)
def test_what_may_have_gone_out_is_told_from_what_did_not(
    error: Exception, kind: type[ArtReviewError]
) -> None:
    """Only what never reached SES, or what SES turned down, is sure not to have gone out."""
    with pytest.raises(kind) as raised:
        Mailer(Ses(error)).send(message())  # type: ignore[arg-type]
    assert "reader@" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_mail_that_cannot_be_written_did_not_go_out() -> None:
    """SES is not asked."""
    broken = message()
    broken.set_payload("\N{SNOWMAN}")
    ses = Ses()
    with pytest.raises(MailUnwritable, match="UnicodeEncodeError"):
        Mailer(ses).send(broken)  # type: ignore[arg-type]
    assert ses.asked == []


def test_a_mail_is_not_waited_for_longer_than_its_claim_lasts() -> None:
    """What the worker reckons with is what the client allows, and less than the lease."""
    config: Any = clients.sesv2().meta.config  # its stubs leave the options out
    assert config.connect_timeout + config.read_timeout == SENDING_SECONDS
    assert SENDING_SECONDS < LEASE_SECONDS
