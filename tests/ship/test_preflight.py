"""What the operator need not know: zones, secrets, the processor; and what is left to her."""

from typing import Any

import pytest

from ship import preflight
from ship.asking import Asker
from ship.checks import Finding
from ship.parameters import Values
from ship.refusals import Refused
from ship.shipment import Shipment
from ship.stack import Stack, Standing
from ship.supply import Supply
from tests.ship.clients import Answers, account_with
from tests.ship.test_checks import identities, mail_account, subscriptions
from tests.ship.test_domains import zones

TEXT = {"Type": "String", "Default": ""}
NAMED: dict[str, Any] = dict.fromkeys(
    (
        "SiteName",
        "MailFrom",
        "OperatorAddress",
        "Domain",
        "HostedZoneId",
        "CertificateArn",
        "CloudFront",
        "MailIdentity",
        "MailZoneId",
        "SigningKeyParameter",
        "Architecture",
    ),
    TEXT,
) | {"OriginSecret": {**TEXT, "NoEcho": True}}


def standing_with(**parameters: str) -> Standing:
    """Return a site that stands with these parameters."""
    known = {"OriginSecret": "****", "Architecture": "arm64", "MailFrom": "reviews@example.org"}
    return Standing("CREATE_COMPLETE", "", known | parameters, {"SiteAddress": "https://a.example"})


def shipment(answers: Answers, **told: str) -> Shipment:
    """Return a shipment that was told this."""
    account = account_with(answers)
    return Shipment(
        account=account,
        stack=Stack(account, "site"),
        source={"Parameters": NAMED, "Resources": {}},
        supply=Supply(lambda *_: {}, lambda *_: None, lambda _: None),
        asker=Asker(lambda _question: "", is_unattended=True),
        say=lambda _sentence: None,
        told={"MailFrom": "reviews@example.org", **told},
    )


def test_the_zone_of_the_domain_is_found() -> None:
    """Nobody has to look up its id."""
    answers = Answers()
    zones(answers, ("example.org", False))
    found = preflight.values(shipment(answers, Domain="reviews.example.org"), None)
    assert found.given["HostedZoneId"] == "Z0"


def test_the_zone_of_the_senders_domain_is_found() -> None:
    """Where SES is to verify it."""
    answers = Answers()
    zones(answers, ("example.org", False))
    found = preflight.values(shipment(answers, MailIdentity="domain"), None)
    assert found.given["MailZoneId"] == "Z0"


@pytest.mark.parametrize("certificate", ["", "arn:aws:acm:eu-central-1:123456789012:certificate/a"])
def test_a_new_domain_gets_its_own_zone(certificate: str) -> None:
    """Not that of the old one, which knows nothing of it; with a certificate or without."""
    answers = Answers()
    zones(answers, ("example.org", False), ("example.net", False))
    zones(answers, ("example.org", False))
    told = shipment(answers, Domain="reviews.example.net", CertificateArn=certificate)
    standing = standing_with(Domain="reviews.example.org", HostedZoneId="Z0")
    assert preflight.values(told, standing).given["HostedZoneId"] == "Z1"
    assert preflight.values(told, standing).given["HostedZoneId"] == ""


def test_a_zone_that_was_told_and_one_that_stands_are_kept() -> None:
    """Route 53 is not asked."""
    given = {"Domain": "reviews.example.org", "CertificateArn": "arn"}
    told = shipment(Answers(), HostedZoneId="Z7", **given)
    assert preflight.values(told, None).given["HostedZoneId"] == "Z7"
    for zone in ("Z0", ""):  # where it stands without one, its record was written by hand
        standing = standing_with(**given, HostedZoneId=zone)
        found = preflight.values(shipment(Answers(), **given), standing)
        assert found.given["HostedZoneId"] == zone


def test_a_zone_is_looked_up_where_the_certificate_was_taken_back() -> None:
    """One has to be made, and is proved in the zone."""
    answers = Answers()
    zones(answers, ("example.org", False))
    standing = standing_with(Domain="reviews.example.org", CertificateArn="arn", HostedZoneId="")
    found = preflight.values(shipment(answers, CertificateArn=""), standing)
    assert found.given["HostedZoneId"] == "Z0"


def test_a_new_sender_gets_its_own_zone() -> None:
    """Another address of the same domain keeps it."""
    answers = Answers()
    zones(answers, ("example.org", False), ("example.net", False))
    standing = standing_with(MailIdentity="domain", MailZoneId="Z0")
    found = preflight.values(shipment(answers, MailFrom="reviews@example.net"), standing)
    assert found.given["MailZoneId"] == "Z1"
    same = preflight.values(shipment(Answers(), MailFrom="news@example.org"), standing)
    assert same.given["MailZoneId"] == "Z0"


def test_cloudfront_gets_a_secret_once() -> None:
    """A new one where it is switched on, at a new site or at one that stands; then it stays."""
    for standing in (None, standing_with(CloudFront="off")):
        found = preflight.values(shipment(Answers(), CloudFront="on"), standing)
        assert len(found.given["OriginSecret"]) == 64
        assert not found.kept
    again = preflight.values(shipment(Answers(), CloudFront="on"), standing_with(CloudFront="on"))
    assert again.kept == {"OriginSecret"}
    assert "OriginSecret" not in again.given


def test_an_empty_secret_is_made_anew() -> None:
    """So it is changed without being typed."""
    told = shipment(Answers(), CloudFront="on", OriginSecret="")
    found = preflight.values(told, standing_with(CloudFront="on"))
    assert len(found.given["OriginSecret"]) == 64
    assert not found.kept


@pytest.mark.parametrize(
    ("machine", "architecture"), [("arm64", "arm64"), ("aarch64", "arm64"), ("x86_64", "x86_64")]
)
def test_the_image_is_for_the_processor_that_builds_it(
    monkeypatch: pytest.MonkeyPatch, machine: str, architecture: str
) -> None:
    """At a first deployment, if she does not say otherwise; what stands is not moved."""
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert preflight.values(shipment(Answers()), None).given["Architecture"] == architecture
    told = preflight.values(shipment(Answers(), Architecture="arm64"), None)
    assert told.given["Architecture"] == "arm64"
    assert preflight.values(shipment(Answers()), standing_with()).given["Architecture"] == "arm64"


def test_the_signing_keys_are_the_stacks_own() -> None:
    """Two sites in one account do not share them."""
    found = preflight.values(shipment(Answers()), None)
    assert found.given["SigningKeyParameter"] == "/site/signing-keys"


def test_what_is_to_be_done_by_hand_is_told_with_the_records() -> None:
    """Where the DNS is elsewhere."""
    outputs = {
        "DomainLeadsTo": "d-1.execute-api.example",
        "SenderRecord2": "b CNAME b.example",
        "SenderRecord1": "a CNAME a.example",
    }
    standing = Standing("CREATE_COMPLETE", "", {}, outputs)
    given = {
        "OperatorAddress": "me@example.org",
        "MailIdentity": "domain",
        "Domain": "reviews.example.org",
        "CertificateArn": "arn",
    }
    mail, sender, domain = preflight.after(Values(given), standing)
    assert "SNS" in mail
    assert sender.splitlines()[1:] == ["       a CNAME a.example", "       b CNAME b.example"]
    assert "reviews.example.org CNAME d-1.execute-api.example" in domain
    in_zone = {"Domain": "reviews.example.org", "HostedZoneId": "Z1"}
    assert list(preflight.after(Values(in_zone), standing)) == []


def test_what_was_done_by_hand_is_not_told_at_an_upgrade() -> None:
    """Only what is new is; the checks find what was left undone."""
    given = {
        "OperatorAddress": "me@example.org",
        "MailFrom": "reviews@example.org",
        "MailIdentity": "address",
        "Domain": "reviews.example.org",
        "CertificateArn": "arn",
        "CloudFront": "off",
    }
    standing = Standing("UPDATE_COMPLETE", "", {}, {"DomainLeadsTo": "d-1.example"})
    assert list(preflight.after(Values(given, before=given), standing)) == []
    old = {**given, "OperatorAddress": "you@example.org"}
    (line,) = preflight.after(Values(given, before=old), standing)
    assert "SNS" in line
    old = {**given, "MailFrom": "news@example.org"}
    (line,) = preflight.after(Values(given, before=old), standing)
    assert "Open the link" in line
    (line,) = preflight.after(Values({**given, "CloudFront": "on"}, before=given), standing)
    assert "CNAME d-1.example" in line


def test_tables_that_were_taken_in_are_no_site_yet() -> None:
    """A deployment that was cut off behind the import is still a first one for who reads it."""
    imported = Standing("IMPORT_COMPLETE", "", {"OperatorAddress": "me@example.org"}, {})
    found = preflight.values(shipment(Answers()), imported)
    assert found.changes("OperatorAddress")


@pytest.mark.parametrize(
    ("before", "stops"),
    [
        ({}, True),
        ({"MailIdentity": "by-hand"}, True),
        ({"MailIdentity": "domain", "MailFrom": "reviews@example.net"}, True),
        ({"MailIdentity": "domain", "MailFrom": "news@example.org"}, False),
    ],
)
def test_an_identity_that_the_stack_has_not_made_stops(
    monkeypatch: pytest.MonkeyPatch, before: dict[str, str], stops: bool
) -> None:
    """A site that stands cannot make what SES has already, unless it is its own."""
    for check in ("of_bundle", "of_functions"):
        monkeypatch.setattr(f"ship.checks.{check}", lambda *_, **__: iter(()))
    monkeypatch.setattr("ship.tools.of_tools", lambda *_: iter(()))
    answers = Answers()
    mail_account(answers)
    identities(answers, None, True)
    given = {"MailFrom": "reviews@example.org", "MailIdentity": "domain"}
    numbers = {"GenerateConcurrency": "2", "GenerateMemory": "3008"}
    found = Values(given | numbers, before=before)
    if stops:
        with pytest.raises(Refused, match="MailIdentity=by-hand"):
            preflight.checked(shipment(answers), found, standing_with(**before))
    else:
        assert preflight.checked(shipment(answers), found, standing_with(**before)) == []


def test_what_ses_and_sns_still_wait_for_is_told_at_an_upgrade(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sandbox, her own address in it, and her yes to alarms: asked, not remembered."""
    for check in ("checks.of_bundle", "checks.of_functions", "tools.of_tools"):
        monkeypatch.setattr(f"ship.{check}", lambda *_, **__: iter(()))
    answers = Answers()
    mail_account(answers, ProductionAccessEnabled=False)
    identities(answers, True, None, None)
    topic = {
        "LogicalResourceId": "OperatorTopic",
        "PhysicalResourceId": "arn:aws:sns:eu-central-1:123456789012:alarms",
        "ResourceType": "AWS::SNS::Topic",
        "ResourceStatus": "CREATE_COMPLETE",
        "LastUpdatedTimestamp": "2026-11-28T12:00:00Z",
    }
    answers.of("cloudformation").add_response(
        "list_stack_resources", {"StackResourceSummaries": [topic]}
    )
    subscriptions(answers, ("me@example.net", "PendingConfirmation"))
    given = {"MailFrom": "reviews@example.org", "OperatorAddress": "me@example.net"}
    numbers = {"GenerateConcurrency": "2", "GenerateMemory": "3008"}
    found = Values(given | numbers, before=given)
    sandbox, own, alarms = preflight.checked(shipment(answers), found, standing_with(**given))
    assert "Leave the SES sandbox" in sandbox
    assert "Have your own address verified" in own
    assert "Confirm the subscription" in alarms


def test_the_certificate_and_the_tools_stop_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both are told at once, beside what else is wrong."""
    for check in ("of_bundle", "of_functions"):
        monkeypatch.setattr(f"ship.checks.{check}", lambda *_, **__: iter(()))
    monkeypatch.setattr("ship.tools.of_tools", lambda *_: iter([Finding("no Python", stops=True)]))
    answers = Answers()
    mail_account(answers)
    identities(answers, True, None)
    zones(answers)
    given = {
        "MailFrom": "reviews@example.org",
        "Domain": "reviews.example.org",
        "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a",
        "GenerateConcurrency": "2",
        "GenerateMemory": "3008",
    }
    with pytest.raises(Refused, match=r"(?s)no Python.*CertificateArn is of us-east-1"):
        preflight.checked(shipment(answers), Values(given), None)
