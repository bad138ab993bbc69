"""The site's own name: its zone in Route 53, and the certificate that it is served with."""

from collections.abc import Iterator
from dataclasses import dataclass

from ship.account import Account
from ship.checks import Finding

_REGION_OF_CLOUDFRONT = "us-east-1"
"""The one region whose certificates CloudFront takes."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A public hosted zone of Route 53."""

    id: str
    name: str

    def has(self, domain: str) -> bool:
        """Tell whether the domain is in it."""
        return f".{domain}".endswith(f".{self.name}")


def zone_of(account: Account, domain: str) -> Zone | None:
    """Return the public zone that a domain is in, the nearest where there are several."""
    fitting = [zone for zone in _zones(account) if zone.has(domain)]
    return max(fitting, key=lambda zone: len(zone.name), default=None)


def of_domain(
    account: Account, domain: str, zone_id: str, *, has_certificate: bool, leads_to: str = ""
) -> Iterator[Finding]:
    """Check that the domain is in its zone, or that it can do without one.

    `leads_to` is what a domain of another DNS has to lead to, as far as that is known already.
    """
    fitting = [zone for zone in _zones(account) if zone.has(domain)]
    named = [zone for zone in fitting if zone.id == zone_id]
    if named:
        yield Finding(f"domain: {domain}, in the zone {named[0].name}")
    elif zone_id:
        yield Finding(
            f"HostedZoneId is {zone_id}, which is no public zone of this account that {domain} is "
            "in: take it out (of deploy.toml too), and the zone is looked up; or give another.",
            stops=True,
        )
    elif has_certificate:
        where = f"; it has to lead to {leads_to} (CNAME)" if leads_to else ""
        yield Finding(f"domain: {domain}, whose record is written elsewhere{where}")
    else:
        yield Finding(
            f"The domain {domain} has no public hosted zone in Route 53 of this account: make one "
            "(Route 53 console, Create hosted zone) and enter its name servers where the domain "
            "was bought; or give CertificateArn, a certificate that you have in ACM, and write the "
            "record yourself; or deploy without a domain (--domain '').",
            stops=True,
        )


def of_certificate(region: str, arn: str, *, is_for_cloudfront: bool) -> Iterator[Finding]:
    """Check that the certificate is where it is asked for; none is made where the stack is."""
    wanted = _REGION_OF_CLOUDFRONT if is_for_cloudfront else region
    found = arn.split(":")[3] if arn else region
    if found != wanted:
        which = "CertificateArn is" if arn else "Without CertificateArn the certificate would be"
        who = "CloudFront" if is_for_cloudfront else f"the HTTP API of {region}"
        yield Finding(
            f"{which} of {found}, and {who} takes certificates of {wanted} alone: request one for "
            f"the domain there (ACM console, region {wanted}), and give its CertificateArn.",
            stops=True,
        )


def _zones(account: Account) -> list[Zone]:
    """Return the account's public zones."""
    pages = account.client("route53").get_paginator("list_hosted_zones").paginate()
    return [
        Zone(zone["Id"].removeprefix("/hostedzone/"), zone["Name"].rstrip("."))
        for page in pages
        for zone in page["HostedZones"]
        if not zone["Config"].get("PrivateZone")
    ]
