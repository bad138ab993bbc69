"""A visitor's mail address: whether a mail could ever arrive there."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger
from email_validator import EmailNotValidError, EmailUndeliverableError, validate_email

from artreview.errors import FieldError
from artreview.limits import ADDRESS_CHARACTERS

if TYPE_CHECKING:
    from dns.resolver import Resolver

FIELD = "submission_email"
_DNS_SECONDS = 2

logger = Logger(child=True)


def dns_resolver() -> "Resolver | None":
    """Return a resolver that gives up early and remembers what it learnt.

    None where the machine names no name server: then nothing can be checked. dnspython is imported
    only when an address is to be checked, for most visitors leave none.
    """
    from dns.resolver import NoResolverConfiguration  # noqa: PLC0415
    from email_validator import caching_resolver  # noqa: PLC0415

    try:
        return caching_resolver(timeout=_DNS_SECONDS)
    except NoResolverConfiguration:
        logger.warning("no name server is configured; mail domains are not checked")
        return None


def normalised_address(text: str, resolver: "Resolver | None") -> str | FieldError:
    """Return the address as it is to be written, or what is wrong with it.

    With a resolver, a domain that does not exist or takes no mail (RFC 7505) is refused; one whose
    name servers do not answer in time is accepted, for that is not the visitor's fault.
    """
    if len(text) > ADDRESS_CHARACTERS:
        return FieldError(
            FIELD, "address_too_long", f"An address has at most {ADDRESS_CHARACTERS} characters."
        )
    try:
        checked = validate_email(
            text,
            allow_smtputf8=False,  # SES takes none
            check_deliverability=resolver is not None,
            dns_resolver=resolver,
        )
    except EmailUndeliverableError:
        return FieldError(
            FIELD,
            "address_takes_no_mail",
            "The part after the @ takes no mail. Is it spelt right? You can also leave it empty.",
        )
    except EmailNotValidError:
        return FieldError(
            FIELD,
            "address_invalid",
            "This is not a mail address, such as name@example.org. You can also leave it empty.",
        )
    return str(checked.ascii_email)
