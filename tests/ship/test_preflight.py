"""What the operator need not know: zones, secrets, the processor; and what is left to her."""

from typing import Any

import pytest

from ship import preflight
from ship.asking import Asker
from ship.errors import ToolMissing
from ship.parameters import Values
from ship.shipment import Shipment
from ship.stack import Stack, Standing
from ship.supply import Supply
from tests.ship.clients import Answers, account_with
from tests.ship.test_checks import zones

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
STANDING = Standing("CREATE_COMPLETE", "", {"OriginSecret": "****", "Architecture": "arm64"}, {})


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


def test_cloudfront_gets_a_secret_once() -> None:
    """A new one for a new stack; the one that stands stays."""
    found = preflight.values(shipment(Answers(), CloudFront="on"), None)
    assert len(found.given["OriginSecret"]) == 64
    again = preflight.values(shipment(Answers(), CloudFront="on"), STANDING)
    assert again.kept == {"OriginSecret"}
    assert "OriginSecret" not in again.given


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
    assert preflight.values(shipment(Answers()), STANDING).given["Architecture"] == "arm64"


def test_what_cannot_build_for_the_processor_is_refused_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before anybody is asked anything, and before the signing keys are made."""
    asked = []

    def refused(architecture: str) -> None:
        asked.append(architecture)
        raise ToolMissing("buildah builds for another processor")

    monkeypatch.setattr("ship.builders.choose_for", refused)
    with pytest.raises(ToolMissing):
        preflight.checked(shipment(Answers()), Values({"Architecture": "arm64"}), None)
    assert asked == ["arm64"]


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
