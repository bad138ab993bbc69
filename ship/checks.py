"""What is looked at before anything is built: mail, alarms, quotas, the model bundle.

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

_STILL_TO_BE_VERIFIED = {
    "address": "Open the link in the mail that SES has sent to the sender; `make deploy "
    "OPTIONS=--verify-sender` has it sent anew.",
    "domain": "SES has not found the three records of the sender's domain yet. Where its DNS is "
    "not in Route 53, write them: they are the stack's outputs SenderRecord1 to 3.",
}
CONFIRM = "Confirm the subscription in the mail that SNS has sent to the operator's address."


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
    account: Account,
    sender: str,
    identity: str = "by-hand",
    *,
    is_own: bool = False,
    operator: str = "",
) -> Iterator[Finding]:
    """Check that SES sends, to whom, and for this sender.

    `identity` is the parameter MailIdentity: whether the stack asks SES to verify the sender;
    `is_own` tells that it has asked already. `operator` is the operator's own address, or empty.
    """
    mail = account.client("sesv2")
    found = mail.get_account()
    is_in_sandbox = not found["ProductionAccessEnabled"]
    if not found["SendingEnabled"] or found.get("EnforcementStatus") == "SHUTDOWN":
        yield Finding(
            f"SES does not send for this account in {account.region}: its console, under Account "
            "dashboard, says why and how to ask for it back.",
            stops=True,
        )
    elif is_in_sandbox:
        yield Finding(
            "mail: SES is in its sandbox: 200 mails a day, to verified addresses alone",
            by_hand="Leave the SES sandbox: SES console, Account dashboard, Request production "
            f"access (region {account.region}). Until then only verified addresses get mail: the "
            "sender's own, all of its domain where that is verified, and yours.",
        )
    else:
        yield Finding(f"mail: SES sends {found['SendQuota']['Max24HourSend']:,.0f} mails a day")
    domain = sender.rpartition("@")[2]
    known = {"address": _verified(mail, sender), "domain": _verified(mail, domain)}
    yield from _of_sender(account, domain, identity, known, is_own=is_own)
    if is_in_sandbox and operator not in {"", sender}:
        is_of_domain = operator.rpartition("@")[2] == domain
        if is_of_domain and (known["domain"] or identity == "domain"):
            return
        yield from _of_operator(mail, operator)


def _of_sender(
    account: Account, domain: str, identity: str, known: Mapping[str, bool | None], *, is_own: bool
) -> Iterator[Finding]:
    """Check what SES knows of the sender: see `_verified`."""
    if not is_own and known.get(identity) is not None:
        yield Finding(
            f"SES in {account.region} knows the sender's {identity} already, so the stack cannot "
            "make it: give --set MailIdentity=by-hand.",
            stops=True,
        )
    elif any(known.values()):
        return
    elif identity in known:
        yield Finding(
            "mail: SES will not send until it has verified the sender",
            by_hand=_STILL_TO_BE_VERIFIED[identity] if is_own else "",
        )
    else:
        yield Finding(
            f"SES has verified neither the sender nor its domain {domain} in {account.region}: "
            + _how_to_verify(account),
            stops=True,
        )


def _how_to_verify(account: Account) -> str:
    if account.endpoint:  # it takes every sender, once it is asked to
        return (
            'run `make deploy ACCOUNT=--local OPTIONS="--verify-sender --sender ADDRESS"`, and the '
            "same without --verify-sender."
        )
    return (
        'run `make deploy OPTIONS="--verify-sender --sender ADDRESS"` (with the same ACCOUNT=), '
        "open the link in the mail that comes, and run `make deploy` again."
    )


def _of_operator(mail: Any, operator: str) -> Iterator[Finding]:  # noqa: ANN401  # a client
    """Check that the operator gets mails of the site while SES is in its sandbox."""
    if not _verified(mail, operator):
        yield Finding(
            "mail: in the sandbox your own address gets none, for SES has not verified it",
            by_hand="Have your own address verified, as long as SES is in its sandbox: `make "
            'deploy OPTIONS="--verify-sender --sender ADDRESS"` with it, and open the link. '
            "Alarms come without that.",
        )


def of_alarms(account: Account, topic: str, operator: str) -> Iterator[Finding]:
    """Check that the operator has agreed to the mails of the topic of a site that stands."""
    pages = account.client("sns").get_paginator("list_subscriptions_by_topic")
    subscriptions = {
        each["Endpoint"]: each["SubscriptionArn"]
        for page in pages.paginate(TopicArn=topic)
        for each in page["Subscriptions"]
    }
    if subscriptions.get(operator) == "PendingConfirmation":
        yield Finding("alarms: your address has not agreed to get them", by_hand=CONFIRM)
    elif operator not in subscriptions:
        yield Finding(
            "alarms: nobody gets them",
            by_hand="Have alarms sent to you again, for SNS forgets who does not agree: SNS "
            f"console, Topics, {topic.rpartition(':')[2]}, Create subscription, Email. Then "
            "confirm the mail that comes.",
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
