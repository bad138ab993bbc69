"""What is found before anything is built: what stops says the way forward, the rest is told."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.place import ROOT
from ship import checks
from tests.ship.clients import Answers, account_with

SENDER = "reviews@example.org"
MODEL = ROOT / "functions" / "generate" / "model"


@pytest.fixture
def answers() -> Answers:
    """Return the answers of an account, to be filled."""
    return Answers()


def mail_account(answers: Answers, **changes: Any) -> None:
    """Let SES tell of its account."""
    found = {
        "SendingEnabled": True,
        "ProductionAccessEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
    }
    answers.of("sesv2").add_response("get_account", found | changes)


def identities(answers: Answers, *verified: bool | None) -> None:
    """Let SES tell of the sender, then of its domain; None for what it does not know."""
    for is_verified in verified:
        if is_verified is None:
            answers.of("sesv2").add_client_error("get_email_identity", "NotFoundException")
        else:
            told = {"VerifiedForSendingStatus": is_verified}
            answers.of("sesv2").add_response("get_email_identity", told)


def test_a_verified_sender_out_of_the_sandbox_is_well(answers: Answers) -> None:
    """Nothing stops, nothing is left to be done."""
    mail_account(answers)
    identities(answers, True, None)
    (found,) = checks.of_mail(account_with(answers), SENDER)
    assert found == checks.Finding("mail: SES sends 50,000 mails a day")


def test_a_verified_domain_is_enough(answers: Answers) -> None:
    """Every address of it may send."""
    mail_account(answers)
    identities(answers, None, True)
    found = checks.of_mail(account_with(answers), SENDER)
    assert not any(each.stops for each in found)


def test_the_sandbox_is_left_by_hand(answers: Answers) -> None:
    """A deployment goes on in it, and tells where to ask."""
    mail_account(answers, ProductionAccessEnabled=False)
    identities(answers, True, None)
    (found,) = checks.of_mail(account_with(answers), SENDER)
    assert not found.stops
    assert "Request production access (region eu-central-1)" in found.by_hand


@pytest.mark.parametrize(
    ("operator", "verified", "is_told"),
    [
        ("me@example.net", None, True),
        ("me@example.net", False, True),
        ("me@example.net", True, False),
        (SENDER, None, False),
        ("", None, False),
    ],
)
def test_in_the_sandbox_the_operators_address_is_to_be_verified(
    answers: Answers, operator: str, verified: bool | None, is_told: bool
) -> None:
    """Else no mail of the site reaches it; it is not shown, for it is personal."""
    mail_account(answers, ProductionAccessEnabled=False)
    identities(answers, True, None, verified)
    _, *found = checks.of_mail(account_with(answers), SENDER, operator=operator)
    assert [each.stops for each in found] == [False] * is_told
    assert all("--verify-sender" in each.by_hand for each in found)
    assert all("example.net" not in each.words + each.by_hand for each in found)


def test_who_has_an_address_of_the_senders_domain_gets_mail(answers: Answers) -> None:
    """Where the domain is verified, or will be, every address of it is; outside the sandbox too."""
    mail_account(answers, ProductionAccessEnabled=False)
    identities(answers, None, True)
    mail_account(answers)
    identities(answers, True, None)
    account = account_with(answers)
    assert len(list(checks.of_mail(account, SENDER, operator="me@example.org"))) == 1
    assert len(list(checks.of_mail(account, SENDER, operator="me@example.net"))) == 1


def test_the_remedy_is_for_the_cloud_at_hand(answers: Answers) -> None:
    """On the local cloud it does not lead to an account of AWS, nor to a mail that never comes."""
    for _ in range(2):
        mail_account(answers)
        identities(answers, None, None)
    account = account_with(answers)
    (on_aws,) = [each for each in checks.of_mail(account, SENDER) if each.stops]
    local = replace(account, endpoint="http://localhost:4566")
    (here,) = [each for each in checks.of_mail(local, SENDER) if each.stops]
    assert "open the link" in on_aws.words
    assert "ACCOUNT=--local" in here.words
    assert "open the link" not in here.words


@pytest.mark.parametrize("known", [None, False])
def test_a_sender_that_is_not_verified_stops(answers: Answers, known: bool | None) -> None:
    """Whether SES has never heard of it, or waits for its link; unless the stack asks SES."""
    for _ in range(2):
        mail_account(answers)
        identities(answers, known, None)
    account = account_with(answers)
    stops = [each for each in checks.of_mail(account, SENDER) if each.stops]
    assert "--verify-sender" in stops[0].words
    assert SENDER not in stops[0].words
    assert not any(each.stops for each in checks.of_mail(account, SENDER, "domain"))


@pytest.mark.parametrize(
    ("identity", "known", "words"),
    [("address", (False, None), "Open the link"), ("domain", (None, False), "SenderRecord1")],
)
def test_what_the_stack_asked_ses_for_is_told_until_it_is_done(
    answers: Answers, identity: str, known: tuple[bool | None, ...], words: str
) -> None:
    """An upgrade tells it again, for without it no mail goes out."""
    mail_account(answers)
    identities(answers, *known)
    *_, found = checks.of_mail(account_with(answers), SENDER, identity, is_own=True)
    assert words in found.by_hand
    assert not found.stops


def subscriptions(answers: Answers, *listed: tuple[str, str]) -> None:
    """Let SNS list who is told."""
    found = [{"Endpoint": address, "SubscriptionArn": arn} for address, arn in listed]
    answers.of("sns").add_response("list_subscriptions_by_topic", {"Subscriptions": found})


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (("me@example.net", "arn:aws:sns:eu-central-1:123456789012:t:1"), ""),
        (("me@example.net", "PendingConfirmation"), "Confirm the subscription"),
        (("you@example.net", "arn:aws:sns:eu-central-1:123456789012:t:1"), "Create subscription"),
    ],
)
def test_who_has_agreed_to_alarms_is_not_asked_again(
    answers: Answers, listed: tuple[str, str], words: str
) -> None:
    """SNS is asked; it forgets who does not answer."""
    subscriptions(answers, listed)
    topic = "arn:aws:sns:eu-central-1:123456789012:alarms"
    found = list(checks.of_alarms(account_with(answers), topic, "me@example.net"))
    assert len(found) == bool(words)
    assert all(words in each.by_hand and not each.stops for each in found)


@pytest.mark.parametrize("how", [{"SendingEnabled": False}, {"EnforcementStatus": "SHUTDOWN"}])
def test_an_account_that_may_not_send_stops(answers: Answers, how: dict[str, Any]) -> None:
    """It is told where SES says why."""
    mail_account(answers, **how)
    identities(answers, True, None)
    (found,) = checks.of_mail(account_with(answers), SENDER)
    assert found.stops
    assert "does not send for this account in eu-central-1" in found.words


@pytest.mark.parametrize(("free", "is_told"), [(10, False), (1000, False), (6, True)])
def test_few_functions_at_once_are_told(answers: Answers, free: int, is_told: bool) -> None:
    """Where those that write would leave few for pages, the quota is to be asked for."""
    limits = {"AccountLimit": {"UnreservedConcurrentExecutions": free}}
    answers.of("lambda").add_response("get_account_settings", limits)
    (found,) = checks.of_functions(account_with(answers), concurrency=2, megabytes=3008)
    assert ("Service Quotas" in found.by_hand) == is_told
    assert not found.stops


def test_more_memory_than_many_accounts_have_is_told(answers: Answers) -> None:
    """No API tells the limit, so the failure is foretold."""
    limits = {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}}
    answers.of("lambda").add_response("get_account_settings", limits)
    *_, found = checks.of_functions(account_with(answers), concurrency=2, megabytes=4096)
    assert "3008" in found.words


def test_the_bundle_that_ships_is_well() -> None:
    """Its name and hash are told."""
    (found,) = checks.of_bundle(MODEL)
    assert not found.stops
    assert found.words.startswith("model: ")


def test_a_bundle_that_does_not_match_stops(tmp_path: Path) -> None:
    """A file of another bundle is told by name, before anything is built."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    (folder / "tokenizer.json").write_text("{}")
    (found,) = checks.of_bundle(folder)
    assert found.stops
    assert "tokenizer.json is damaged or belongs to another bundle" in found.words
    assert "git checkout" in found.words
    (missing,) = checks.of_bundle(tmp_path / "nowhere")
    assert missing.stops


def test_a_sender_is_sent_a_new_link(answers: Answers) -> None:
    """Where the first was lost, SES has to forget the sender before it sends another."""
    mail = answers.of("sesv2")
    identities(answers, False)
    mail.add_client_error("create_email_identity", "AlreadyExistsException")
    mail.add_response("delete_email_identity", {})
    mail.add_response("create_email_identity", {})
    assert "SES has sent a link" in checks.verify(account_with(answers), SENDER)
    mail.assert_no_pending_responses()
    identities(answers, True)
    assert "verified already" in checks.verify(account_with(answers), SENDER)


def test_a_sender_that_ses_knows_cannot_be_made_by_a_new_stack(answers: Answers) -> None:
    """CloudFormation would fail half-way; what a stack has made itself it may keep."""
    for _ in range(2):
        mail_account(answers)
        identities(answers, True, None)
    account = account_with(answers)
    *_, found = checks.of_mail(account, SENDER, "address")
    assert found.stops
    assert "MailIdentity=by-hand" in found.words
    assert not any(each.stops for each in checks.of_mail(account, SENDER, "address", is_own=True))
