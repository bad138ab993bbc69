"""What is found before anything is built: what stops says the way forward, the rest is told."""

import shutil
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


def zones(answers: Answers, *named: tuple[str, bool]) -> None:
    """Let Route 53 list zones, each with whether it is private."""
    answers.of("route53").add_response(
        "list_hosted_zones",
        {
            "HostedZones": [
                {
                    "Id": f"/hostedzone/Z{number}",
                    "Name": f"{name}.",
                    "CallerReference": "x",
                    "Config": {"PrivateZone": is_private},
                }
                for number, (name, is_private) in enumerate(named)
            ],
            "Marker": "",
            "IsTruncated": False,
            "MaxItems": "100",
        },
    )


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


def test_a_domain_without_a_zone_stops(answers: Answers) -> None:
    """A private zone, or one of another name's end, is none for it."""
    zones(answers, ("example.org", True), ("views.example.net", False))
    account = account_with(answers)
    (found,) = checks.of_domain(account, "reviews.example.net", has_certificate=False)
    assert found.stops
    assert "Create hosted zone" in found.words
    assert "without a domain" in found.words


def test_a_domain_with_a_certificate_needs_no_zone(answers: Answers) -> None:
    """Its record is written elsewhere."""
    zones(answers)
    account = account_with(answers)
    (found,) = checks.of_domain(account, "reviews.example.net", has_certificate=True)
    assert not found.stops


def test_the_nearest_zone_of_a_domain_is_taken(answers: Answers) -> None:
    """A zone of a part goes before that of the whole."""
    zones(answers, ("example.org", False), ("art.example.org", False))
    found = checks.zone_of(account_with(answers), "reviews.art.example.org")
    assert found == checks.Zone("Z1", "art.example.org")


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
    """CloudFormation would fail half-way; a stack that stands has made it itself."""
    for _ in range(2):
        mail_account(answers)
        identities(answers, True, None)
    account = account_with(answers)
    *_, found = checks.of_mail(account, SENDER, "address")
    assert found.stops
    assert "MailIdentity=by-hand" in found.words
    assert not any(each.stops for each in checks.of_mail(account, SENDER, "address", is_new=False))
