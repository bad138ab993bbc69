"""What has to be known before anything is built: the parameters, and whether they can work."""

import platform
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.place import ROOT
from ship import builders, checks, parameters
from ship.account import Account
from ship.checks import Finding
from ship.parameters import KEYS, SENDER, Values
from ship.refusals import Refused
from ship.shipment import Shipment
from ship.stack import Standing

_SECRET_BYTES = 32


def values(shipment: Shipment, standing: Standing | None) -> Values:
    """Return all parameters that are given a value, or that keep theirs. Raises Refused."""
    named = shipment.source["Parameters"]
    known = standing.parameters if standing else {}
    told = {**shipment.told, KEYS: shipment.keys_parameter(standing)}
    found = parameters.settled(named, told, known, shipment.asker)
    given = {**found.given, **_zones(shipment.account, named, found.given)}
    if standing is None:
        given.setdefault("Architecture", _own_processor())
    is_behind_cloudfront = given.get("CloudFront") == "on"
    if is_behind_cloudfront and not given.get("OriginSecret") and "OriginSecret" not in found.kept:
        given["OriginSecret"] = secrets.token_hex(_SECRET_BYTES)
    return Values(given, found.kept)


def checked(shipment: Shipment, found: Values, standing: Standing | None) -> list[str]:
    """Tell what the checks find; return what is left to be done by hand. Raises Refused."""
    findings = list(_findings(shipment, found.given, standing))
    for finding in findings:
        if not finding.stops:
            shipment.say(f"  {finding.words}")
    stops = [finding.words for finding in findings if finding.stops]
    if stops:
        raise Refused("\n".join(stops))
    return [finding.by_hand for finding in findings if finding.by_hand]


def after(found: Values, standing: Standing) -> Iterator[str]:
    """Yield what is left to be done by hand, now that the stack stands."""
    given, outputs = found.given, standing.outputs
    if given.get("OperatorAddress"):
        yield "Confirm the subscription in the mail that SNS has sent to the operator's address."
    if given.get("MailIdentity") == "address":
        yield "Open the link in the mail that SES has sent to the sender."
    if given.get("MailIdentity") == "domain" and not given.get("MailZoneId"):
        records = [outputs[name] for name in sorted(outputs) if name.startswith("SenderRecord")]
        yield "Write these records into the DNS of the sender's domain:" + "".join(
            f"\n       {record}" for record in records
        )
    if given.get("Domain") and not given.get("HostedZoneId"):
        yield (
            f"Write this record into the DNS of {given['Domain']}:"
            f"\n       {given['Domain']} CNAME {outputs['DomainLeadsTo']}"
        )


def bundle_folder(named: Mapping[str, Any], given: Mapping[str, str]) -> Path:
    """Return the folder of the bundle that the image will hold."""
    return ROOT / (checks.parameter(named, given, "ModelDir") or "functions/generate/model")


def _own_processor() -> str:
    """Return Lambda's name of this computer's processor, on which its image can be built."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def _zones(
    account: Account, named: Mapping[str, object], given: Mapping[str, str]
) -> dict[str, str]:
    """Return the zones that the operator need not look up: those that her account has."""
    wanted = {}
    if given.get("Domain") and not given.get("CertificateArn"):
        wanted["HostedZoneId"] = given["Domain"]
    if given.get("MailIdentity") == "domain":
        wanted["MailZoneId"] = given[SENDER].rpartition("@")[2]
    zones = {
        name: checks.zone_of(account, domain)
        for name, domain in wanted.items()
        if name in named and not given.get(name)
    }
    return {name: zone.id for name, zone in zones.items() if zone is not None}


def _findings(
    shipment: Shipment, given: Mapping[str, str], standing: Standing | None
) -> Iterator[Finding]:
    named, account = shipment.source["Parameters"], shipment.account
    if account.endpoint is None:  # the local cloud needs no image
        builders.choose_for(checks.parameter(named, given, "Architecture"))
    yield Finding(f"account {account.number}, region {account.region}, stack {shipment.stack.name}")
    yield Finding("the site stands already" if standing else "a first deployment")
    yield from checks.of_bundle(shipment.model or bundle_folder(named, given))
    identity = checks.parameter(named, given, "MailIdentity")
    yield from checks.of_mail(account, given[SENDER], identity, is_new=standing is None)
    yield from checks.of_functions(
        account,
        concurrency=int(checks.parameter(named, given, "GenerateConcurrency")),
        megabytes=int(checks.parameter(named, given, "GenerateMemory")),
    )
    if domain := given.get("Domain"):
        yield from checks.of_domain(
            account, domain, has_certificate=bool(given.get("CertificateArn"))
        )
