"""The site's own name, before anything is built: its zone, and where its certificate is."""

import pytest

from ship import domains
from tests.ship.clients import Answers, account_with

ARN = "arn:aws:acm:{}:123456789012:certificate/abc"


@pytest.fixture
def answers() -> Answers:
    """Return the answers of an account, to be filled."""
    return Answers()


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


def test_a_domain_without_a_zone_stops(answers: Answers) -> None:
    """A private zone, or one of another name's end, is none for it."""
    zones(answers, ("example.org", True), ("views.example.net", False))
    account = account_with(answers)
    (found,) = domains.of_domain(account, "reviews.example.net", "", has_certificate=False)
    assert found.stops
    assert "Create hosted zone" in found.words
    assert "without a domain" in found.words


def test_a_domain_with_a_certificate_needs_no_zone(answers: Answers) -> None:
    """Its record is written elsewhere; what it is to lead to is told once it is known."""
    zones(answers)
    account = account_with(answers)
    (found,) = domains.of_domain(
        account, "reviews.example.net", "", has_certificate=True, leads_to="d-1.example"
    )
    assert not found.stops
    assert "d-1.example (CNAME)" in found.words


@pytest.mark.parametrize(("zone", "stops"), [("Z0", True), ("Z1", False), ("Z9", True)])
def test_a_zone_that_the_domain_is_not_in_stops(answers: Answers, zone: str, stops: bool) -> None:
    """As one that deploy.toml has from an earlier domain; Route 53 would refuse it half-way."""
    zones(answers, ("example.org", False), ("example.net", False))
    account = account_with(answers)
    (found,) = domains.of_domain(account, "reviews.example.net", zone, has_certificate=False)
    assert found.stops is stops
    assert ("deploy.toml" in found.words) is stops


def test_the_nearest_zone_of_a_domain_is_taken(answers: Answers) -> None:
    """A zone of a part goes before that of the whole."""
    zones(answers, ("example.org", False), ("art.example.org", False))
    found = domains.zone_of(account_with(answers), "reviews.art.example.org")
    assert found == domains.Zone("Z1", "art.example.org")


@pytest.mark.parametrize(
    ("region", "certificate", "is_for_cloudfront", "wanted"),
    [
        ("eu-central-1", "eu-central-1", False, ""),
        ("eu-central-1", "us-east-1", False, "eu-central-1"),
        ("eu-central-1", "us-east-1", True, ""),
        ("eu-central-1", "eu-central-1", True, "us-east-1"),
        ("eu-central-1", "", False, ""),
        ("eu-central-1", "", True, "us-east-1"),
        ("us-east-1", "", True, ""),
    ],
)
def test_a_certificate_of_another_region_stops(
    region: str, certificate: str, is_for_cloudfront: bool, wanted: str
) -> None:
    """CloudFront takes those of us-east-1 alone, the API those of its own region."""
    arn = ARN.format(certificate) if certificate else ""
    found = list(domains.of_certificate(region, arn, is_for_cloudfront=is_for_cloudfront))
    assert len(found) == bool(wanted)
    assert all(each.stops and f"ACM console, region {wanted})" in each.words for each in found)
