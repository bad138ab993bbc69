"""The deployment: looked at, asked for, built, proposed, carried out and tried."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from local.template import Template
from ship import changes, checks, keys, parameters, tables, trial
from ship.checks import Finding
from ship.parameters import KEYS, SENDER
from ship.recovery import recovered
from ship.refusals import Refused
from ship.shipment import Now, Shipment
from ship.stack import Change, Standing, Wanted


@dataclass(frozen=True, slots=True)
class Wishes:
    """How this deployment is to differ from the usual one."""

    new_tables: bool = False
    """Begin with empty tables though an earlier site has left some."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Which of those that were left are to be used again, by what the template calls them."""
    trial: bool = True


def deploy(
    shipment: Shipment, wishes: Wishes, now: Now, remember: Callable[[Mapping[str, str]], None]
) -> Standing:
    """Bring the site up to date and have it write a review. Raises ShipError.

    `remember` is called with the parameters, once they are known.
    """
    standing = recovered(shipment)
    values = _values(shipment, standing)
    remember(values)
    by_hand = _checked(shipment, values)
    if keys.make_sure(shipment.account, values[KEYS]):
        shipment.say(f"Made the signing keys ({values[KEYS]}).")
    template = shipment.supply.code(shipment.source, shipment.bucket, values, shipment.say)
    if standing is None and not wishes.new_tables:
        standing = _with_tables_of_before(shipment, wishes, template, values)
    standing = _brought_up_to_date(shipment, template, values, standing)
    shipment.supply.afterwards(shipment.account, shipment.source, shipment.stack.name)
    if wishes.trial:
        _try(shipment, standing, now)
    _tell(shipment, standing, [*by_hand, *_confirmations(values)])
    return standing


def _values(shipment: Shipment, standing: Standing | None) -> dict[str, str]:
    """Return all parameters that are given a value."""
    named = shipment.source["Parameters"]
    known = standing.parameters if standing else {}
    told = {**shipment.told, KEYS: shipment.keys_parameter(standing)}
    return parameters.settled(named, told, known, shipment.asker)


def _checked(shipment: Shipment, values: Mapping[str, str]) -> list[str]:
    """Tell what the checks find; return what is left to be done by hand. Raises Refused."""
    found = list(_findings(shipment, values))
    for finding in found:
        if not finding.stops:
            shipment.say(f"  {finding.words}")
    stops = [finding.words for finding in found if finding.stops]
    if stops:
        raise Refused("\n".join(stops))
    return [finding.by_hand for finding in found if finding.by_hand]


def _findings(shipment: Shipment, values: Mapping[str, str]) -> Iterator[Finding]:
    named, account = shipment.source["Parameters"], shipment.account
    yield Finding(f"account {account.number}, region {account.region}, stack {shipment.stack.name}")
    yield from checks.of_bundle(shipment.model)
    yield from checks.of_mail(account, values[SENDER])
    yield from checks.of_functions(
        account,
        concurrency=int(checks.parameter(named, values, "GenerateConcurrency")),
        megabytes=int(checks.parameter(named, values, "GenerateMemory")),
    )
    if domain := values.get("DomainName"):
        yield from checks.of_domain(account, domain)


def _with_tables_of_before(
    shipment: Shipment, wishes: Wishes, template: Template, values: Mapping[str, str]
) -> Standing | None:
    """Make the stack around tables that an earlier one has left, where there are any."""
    found = tables.chosen(shipment.tables_left_behind(), wishes.tables)
    if not found:
        return None
    shipment.say("An earlier site of this name has left its tables:")
    for name, table in found.items():
        shipment.say(f"  {name}: {table}, about {tables.items(shipment.account, table):,} items")
    if not shipment.asker.agrees("Go on with them?"):
        raise Refused(
            "Nothing was deployed. `make deploy OPTIONS=--new-tables` begins with empty tables "
            "and leaves those where they are."
        )
    only_tables = tables.import_template(template, list(found))
    url = shipment.bucket.keep_template(only_tables)
    shipment.stack.proposed(Wanted(url, values, found), "IMPORT")
    return shipment.stack.carry_out(shipment.say)


def _brought_up_to_date(
    shipment: Shipment, template: Template, values: Mapping[str, str], standing: Standing | None
) -> Standing:
    """Create or update the stack, once the operator has seen how. Raises Refused, StackFailed."""
    stack = shipment.stack
    url = shipment.bucket.keep_template(template)
    proposed = stack.proposed(Wanted(url, values), "UPDATE" if standing else "CREATE")
    if proposed is None:
        shipment.say("Nothing has changed since the last deployment.")
        assert standing is not None  # noqa: S101  # a new stack is a change
        return standing
    try:
        _agreed(shipment, proposed, template, standing)
    except Refused:
        stack.withdraw()
        if standing is None:
            stack.delete(shipment.say)  # proposed alone, it holds nothing
        raise
    return stack.carry_out(shipment.say)


def _agreed(
    shipment: Shipment, proposed: list[Change], template: Template, standing: Standing | None
) -> None:
    """Show what will change, and go on only if the operator agrees and no table is lost.

    Raises Refused.
    """
    shipment.say("CloudFormation will:")
    for line in changes.told(proposed):
        shipment.say(line)
    if standing is not None:
        names = shipment.stack.resources()
        changes.check_tables(proposed, template["Resources"], names, shipment.account)
    if not shipment.asker.agrees("Go on?"):
        raise Refused("Nothing was deployed.")


def _try(shipment: Shipment, standing: Standing, now: Now) -> None:
    shipment.say("Submitting a review to the site …")
    outcome = trial.written(_door(shipment, standing), now, trial.sleep_a_second)
    if outcome.review is None:
        shipment.say(f"It takes none now: {outcome.words}")
    else:
        address = standing.outputs["SiteAddress"]
        shipment.say(f"It was ready after {outcome.seconds:.0f} s: {address}/r/{outcome.review}")


def _door(shipment: Shipment, standing: Standing) -> str:
    """Return the API's own address, which answers before any domain does."""
    account, api = shipment.account, standing.outputs["ApiId"]
    if account.endpoint:
        return f"{account.endpoint}/_aws/execute-api/{api}/$default"
    suffix = "amazonaws.com.cn" if account.region.startswith("cn-") else "amazonaws.com"
    return f"https://{api}.execute-api.{account.region}.{suffix}"


def _confirmations(values: Mapping[str, str]) -> Iterator[str]:
    if values.get("OperatorAddress"):
        yield "Confirm the subscription in the mail that SNS has sent to the operator's address."


def _tell(shipment: Shipment, standing: Standing, by_hand: list[str]) -> None:
    shipment.say(f"\nThe site is at {standing.outputs['SiteAddress']}")
    if by_hand:
        shipment.say("To be done by hand:")
    for number, words in enumerate(by_hand, 1):
        shipment.say(f"  {number}. {words}")
