"""What has to be known before anything is built: the parameters, and whether they can work."""

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.place import ROOT
from ship import checks, domains, parameters, tools
from ship.account import Account
from ship.checks import Finding
from ship.parameters import KEYS, SENDER, Values
from ship.processors import own_architecture
from ship.refusals import Refused
from ship.shipment import Shipment
from ship.stack import Standing

_ORIGIN = "OriginSecret"
_SECRET_BYTES = 32


def values(shipment: Shipment, standing: Standing | None) -> Values:
    """Return all parameters that are given a value, or that keep theirs. Raises Refused."""
    named = shipment.source["Parameters"]
    known = standing.parameters if standing else {}
    told = {**shipment.told, KEYS: shipment.keys_parameter(standing)}
    found = parameters.settled(named, told, known, shipment.asker)
    before = known if standing and standing.outputs else {}  # imported tables are no site yet
    given = {**found.given, **_zones(shipment, found.given, before)}
    if standing is None:
        given.setdefault("Architecture", own_architecture())
    has_secret = _ORIGIN in found.kept and known.get("CloudFront") == "on"
    if given.get("CloudFront") == "on" and not given.get(_ORIGIN) and not has_secret:
        given[_ORIGIN] = secrets.token_hex(_SECRET_BYTES)
    return Values(given, found.kept - given.keys(), before)


def checked(shipment: Shipment, found: Values, standing: Standing | None) -> list[str]:
    """Tell what the checks find; return what is left to be done by hand. Raises Refused."""
    findings = list(_findings(shipment, found, standing))
    for finding in findings:
        if not finding.stops:
            shipment.say(f"  {finding.words}")
    stops = [finding.words for finding in findings if finding.stops]
    if stops:
        raise Refused("\n".join(stops))
    return [finding.by_hand for finding in findings if finding.by_hand]


def after(found: Values, standing: Standing) -> Iterator[str]:
    """Yield what is left to be done by hand, now that the stack stands, of what is new in it.

    What was left undone earlier is found by the checks.
    """
    given, outputs = found.given, standing.outputs
    if given.get("OperatorAddress") and found.changes("OperatorAddress"):
        yield checks.CONFIRM
    if given.get("MailIdentity") == "address" and found.changes("MailIdentity", SENDER):
        yield "Open the link in the mail that SES has sent to the sender."
    is_new = _verified_domain(given) != _verified_domain(found.before)
    is_new = is_new or found.changes("MailIdentity", "MailZoneId")
    if given.get("MailIdentity") == "domain" and is_new and not given.get("MailZoneId"):
        records = [outputs[name] for name in sorted(outputs) if name.startswith("SenderRecord")]
        yield "Write these records into the DNS of the sender's domain:" + "".join(
            f"\n       {record}" for record in records
        )
    is_new = found.changes("Domain", "HostedZoneId", "CloudFront")
    if given.get("Domain") and is_new and not given.get("HostedZoneId"):
        yield (
            f"Write this record into the DNS of {given['Domain']}:"
            f"\n       {given['Domain']} CNAME {outputs['DomainLeadsTo']}"
        )


def bundle_folder(named: Mapping[str, Any], given: Mapping[str, str]) -> Path:
    """Return the folder of the bundle that the image will hold."""
    return ROOT / (checks.parameter(named, given, "ModelDir") or "functions/generate/model")


def _zones(
    shipment: Shipment, given: Mapping[str, str], before: Mapping[str, str]
) -> dict[str, str]:
    """Return the zones of the names that are new, which the operator need not look up.

    A zone that was told is taken, and a name that stands keeps its zone, or its DNS elsewhere.
    """
    found = {}
    for parameter, name_in in (("HostedZoneId", _domain), ("MailZoneId", _verified_domain)):
        name = name_in(given)
        is_wanted = parameter in shipment.source["Parameters"] and parameter not in shipment.told
        is_new = name != name_in(before) or _lacks_zone(given, parameter)
        if is_wanted and name and is_new:
            zone = domains.zone_of(shipment.account, name)
            found[parameter] = zone.id if zone else ""
    return found


def _domain(given: Mapping[str, str]) -> str:
    """Return the site's own name, or nothing."""
    return given.get("Domain", "")


def _lacks_zone(given: Mapping[str, str], parameter: str) -> bool:
    """Tell whether the site's name has neither zone nor certificate, one of which it needs."""
    return parameter == "HostedZoneId" and not (given.get(parameter) or given.get("CertificateArn"))


def _verified_domain(given: Mapping[str, str]) -> str:
    """Return the domain that the stack has SES verify, or nothing."""
    sender = given.get(SENDER, "")
    return sender.rpartition("@")[2] if given.get("MailIdentity") == "domain" else ""


def _findings(shipment: Shipment, found: Values, standing: Standing | None) -> Iterator[Finding]:
    named, account, given = shipment.source["Parameters"], shipment.account, found.given
    yield Finding(f"account {account.number}, region {account.region}, stack {shipment.stack.name}")
    yield Finding("the site stands already" if standing else "a first deployment")
    if not account.endpoint:  # the local cloud runs the functions on its own Python
        yield from tools.of_tools(shipment.source, checks.parameter(named, given, "Architecture"))
    yield from checks.of_bundle(shipment.model or bundle_folder(named, given))
    yield from _of_mail(shipment, found, standing)
    yield from checks.of_functions(
        account,
        concurrency=int(checks.parameter(named, given, "GenerateConcurrency")),
        megabytes=int(checks.parameter(named, given, "GenerateMemory")),
    )
    if given.get("Domain"):
        yield from _of_domain(account, found, standing)


def _of_mail(shipment: Shipment, found: Values, standing: Standing | None) -> Iterator[Finding]:
    account, given = shipment.account, found.given
    operator = given.get("OperatorAddress", "")
    identity = checks.parameter(shipment.source["Parameters"], given, "MailIdentity")
    is_own = not found.changes("MailIdentity") and (
        _verified_domain(given) == _verified_domain(found.before)
        if identity == "domain"
        else not found.changes(SENDER)
    )
    yield from checks.of_mail(account, given[SENDER], identity, is_own=is_own, operator=operator)
    if standing and operator and not found.changes("OperatorAddress"):
        topic = shipment.stack.resources().get("OperatorTopic", "")
        if topic:
            yield from checks.of_alarms(account, topic, operator)


def _of_domain(account: Account, found: Values, standing: Standing | None) -> Iterator[Finding]:
    given = found.given
    certificate = given.get("CertificateArn", "")
    is_as_before = not found.changes("Domain", "CloudFront")
    yield from domains.of_domain(
        account,
        given["Domain"],
        given.get("HostedZoneId", ""),
        has_certificate=bool(certificate),
        leads_to=standing.outputs.get("DomainLeadsTo", "") if standing and is_as_before else "",
    )
    is_for_cloudfront = given.get("CloudFront") == "on"
    yield from domains.of_certificate(
        account.region, certificate, is_for_cloudfront=is_for_cloudfront
    )
