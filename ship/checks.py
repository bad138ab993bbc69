"""What is looked at before anything is built: mail, quotas, the domain, the model bundle.

Each check returns findings. One that stops says what is wrong and the way forward; the others are
told, and what they leave to be done by hand is told again when the site stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from functions.generate.bundle import load_bundle
from functions.generate.errors import BundleRefused
from ship.account import Account

_LAMBDA_NEW_ACCOUNT_MEGABYTES = 3008
"""Many accounts may give a function no more until they ask; no API tells which."""
_FUNCTIONS_FOR_PAGES = 5
"""How many functions should be left for pages and forms while all that write are at work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found."""

    words: str
    stops: bool = False
    by_hand: str = ""
    """What the operator has to do herself, once the site stands."""


def of_bundle(folder: Path) -> Iterator[Finding]:
    """Check the model bundle that the image will hold."""
    try:
        bundle = load_bundle(folder)
    except BundleRefused as error:
        yield Finding(
            f"The model bundle does not match: {error}. Restore it (`git checkout -- "
            "functions/generate/model`) or export it again (`python -m training export`).",
            stops=True,
        )
    else:
        yield Finding(f"model: {bundle.name} ({bundle.hash})")


def of_mail(
    account: Account, sender: str, identity: str = "by-hand", *, is_new: bool = True
) -> Iterator[Finding]:
    """Check that SES sends, to whom, and for this sender.

    `identity` is the parameter MailIdentity: whether the stack asks SES to verify the sender; then
    a new stack cannot have it where SES knows it already.
    """
    mail = account.client("sesv2")
    found = mail.get_account()
    if not found["SendingEnabled"] or found.get("EnforcementStatus") == "SHUTDOWN":
        yield Finding(
            f"SES does not send for this account in {account.region}: its console, under Account "
            "dashboard, says why and how to ask for it back.",
            stops=True,
        )
    elif not found["ProductionAccessEnabled"]:
        yield Finding(
            "mail: SES is in its sandbox: 200 mails a day, to verified addresses alone",
            by_hand="Leave the SES sandbox: SES console, Account dashboard, Request production "
            f"access (region {account.region}). Until then only verified addresses get mail.",
        )
    else:
        yield Finding(f"mail: SES sends {found['SendQuota']['Max24HourSend']:,.0f} mails a day")
    domain = sender.rpartition("@")[2]
    known = {"address": _verified(mail, sender), "domain": _verified(mail, domain)}
    if is_new and known.get(identity) is not None:
        yield Finding(
            f"SES in {account.region} knows the sender's {identity} already, so the stack cannot "
            "make it: give --set MailIdentity=by-hand.",
            stops=True,
        )
    elif any(known.values()):
        return
    elif identity in known:
        yield Finding("mail: SES will not send until it has verified the sender")
    else:
        yield Finding(
            f"SES has verified neither the sender nor its domain {domain} in {account.region}: run "
            "`make deploy OPTIONS=--verify-sender`, open the link in the mail that comes, and run "
            "`make deploy` again.",
            stops=True,
        )


def verify(account: Account, sender: str) -> str:
    """Have SES send the link that verifies the sender; return what is to be done now."""
    mail = account.client("sesv2")
    if _verified(mail, sender):
        return "The sender is verified already: run `make deploy`."
    try:
        mail.create_email_identity(EmailIdentity=sender)
    except mail.exceptions.AlreadyExistsException:
        mail.delete_email_identity(EmailIdentity=sender)  # there is no other way to a new link
        mail.create_email_identity(EmailIdentity=sender)
    return "SES has sent a link to the sender: open it within a day, then run `make deploy` again."


def of_functions(account: Account, concurrency: int, megabytes: int) -> Iterator[Finding]:
    """Check how many functions may run at once, and with how much memory."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    free = int(limits["UnreservedConcurrentExecutions"])
    if free < concurrency + _FUNCTIONS_FOR_PAGES:
        yield Finding(
            f"functions: {free} may run at once, {concurrency} of them write",
            by_hand="Ask for more functions at once: Service Quotas, AWS Lambda, Concurrent "
            f"executions (region {account.region}). With {free}, visitors who come together are "
            "told to try again.",
        )
    else:
        yield Finding(f"functions: {free:,} may run at once, {concurrency} of them write")
    if megabytes > _LAMBDA_NEW_ACCOUNT_MEGABYTES:
        yield Finding(
            f"functions: GenerateMemory is {megabytes}; where the account is held to "
            f"{_LAMBDA_NEW_ACCOUNT_MEGABYTES} MB (many are), the deployment fails and is undone. "
            "Then set it to 3008, or ask AWS's support for more"
        )


def of_domain(account: Account, domain: str, *, has_certificate: bool) -> Iterator[Finding]:
    """Check that the account has a zone for the domain, or that it can do without."""
    zone = zone_of(account, domain)
    if zone is not None:
        yield Finding(f"domain: {domain}, in the zone {zone.name}")
    elif has_certificate:
        yield Finding(f"domain: {domain}, whose zone is elsewhere")
    else:
        yield Finding(
            f"The domain {domain} has no public hosted zone in Route 53 of this account: make one "
            "(Route 53 console, Create hosted zone) and enter its name servers where the domain "
            "was bought; or give CertificateArn, a certificate that you have in ACM, and write the "
            "record yourself; or deploy without a domain (--domain '').",
            stops=True,
        )


@dataclass(frozen=True, slots=True)
class Zone:
    """A hosted zone of Route 53."""

    id: str
    name: str


def zone_of(account: Account, domain: str) -> Zone | None:
    """Return the public zone that a domain is in, the nearest where there are several."""
    pages = account.client("route53").get_paginator("list_hosted_zones").paginate()
    zones = {
        zone["Name"].rstrip("."): zone["Id"].removeprefix("/hostedzone/")
        for page in pages
        for zone in page["HostedZones"]
        if not zone["Config"].get("PrivateZone")
    }
    labels = domain.split(".")
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        if name in zones:
            return Zone(zones[name], name)
    return None


def parameter(named: Mapping[str, Any], values: Mapping[str, str], name: str) -> str:
    """Return what a parameter will be: what it was told, or the template's default."""
    return values.get(name, str(named.get(name, {}).get("Default", "")))


def _verified(mail: Any, identity: str) -> bool | None:  # noqa: ANN401  # a client
    """Tell whether SES has verified an address or a domain; None where it does not know it."""
    try:
        found = mail.get_email_identity(EmailIdentity=identity)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return None
        raise
    return bool(found["VerifiedForSendingStatus"])
