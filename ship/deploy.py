"""The deployment: looked at, asked for, built, proposed, carried out and tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from local.template import Template
from ship import changes, first_review, keys, preflight, tables
from ship.parameters import KEYS, Values
from ship.recovery import recovered
from ship.refusals import Refused
from ship.shipment import Now, Shipment
from ship.stack import Change, Standing, Wanted

Remember = Callable[[Mapping[str, str]], None]
"""Keeps the parameters for the next deployment."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How this deployment is to differ from the usual one."""

    new_tables: bool = False
    """Begin with empty tables though an earlier site has left some."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Which of those that were left are to be used again, by what the template calls them."""
    trial: bool = True


def deploy(shipment: Shipment, wishes: Wishes, now: Now, remember: Remember) -> Standing:
    """Bring the site up to date and have it write a review. Raises ShipError.

    `remember` is called with the parameters once the operator agrees to them, and before they are
    carried out, so that what is interrupted then goes on with them.
    """
    standing = recovered(shipment)
    if standing is not None and (wishes.new_tables or wishes.tables):
        shipment.say(
            "The site stands and keeps its tables: --table and --new-tables are for a first one."
        )
    values = preflight.values(shipment, standing)
    by_hand = preflight.checked(shipment, values, standing)
    if keys.make_sure(shipment.account, values.given[KEYS]):
        shipment.say(f"Made the signing keys ({values.given[KEYS]}).")
    template = shipment.supply.code(shipment.source, shipment.bucket, values.given, shipment.say)
    if standing is None and not wishes.new_tables:
        standing = _with_tables_of_before(shipment, wishes, template, values)
    ran = _running(shipment, standing)
    standing = _brought_up_to_date(shipment, template, values, standing, remember)
    shipment.supply.afterwards(shipment.account, shipment.source, shipment.stack.name)
    _tell(shipment, standing, [*by_hand, *preflight.after(values, standing)])
    if wishes.trial:
        _try(shipment, standing, now)
    _prune(shipment, ran, _running(shipment, standing))
    return standing


def _running(shipment: Shipment, standing: Standing | None) -> frozenset[str]:
    names = shipment.stack.resources() if standing else {}
    return shipment.supply.running(shipment.account, shipment.source, names)


def _prune(shipment: Shipment, before: frozenset[str], now: frozenset[str]) -> None:
    """Delete what no longer runs, but for what ran until now: one may want that back."""
    if now != before:
        shipment.supply.prune(shipment.bucket, before | now, shipment.say)


def _with_tables_of_before(
    shipment: Shipment, wishes: Wishes, template: Template, values: Values
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
    shipment.stack.proposed(Wanted(url, values.given, imports=found), "IMPORT")
    return shipment.stack.carry_out(shipment.say)


def _brought_up_to_date(
    shipment: Shipment,
    template: Template,
    values: Values,
    standing: Standing | None,
    remember: Remember,
) -> Standing:
    """Create or update the stack, once the operator has seen how. Raises Refused, StackFailed."""
    stack = shipment.stack
    url = shipment.bucket.keep_template(template)
    proposed = stack.proposed(
        Wanted(url, values.given, values.kept), "UPDATE" if standing else "CREATE"
    )
    if proposed is None:
        shipment.say("Nothing has changed since the last deployment.")
        assert standing is not None  # noqa: S101  # a new stack is a change
        remember(values.given)
        return standing
    try:
        _agreed(shipment, proposed, template, values, standing)
    except Refused:
        stack.withdraw()
        if standing is None:
            stack.delete(shipment.say)  # proposed alone, it holds nothing
        raise
    remember(values.given)
    return stack.carry_out(shipment.say)


def _agreed(
    shipment: Shipment,
    proposed: list[Change],
    template: Template,
    values: Values,
    standing: Standing | None,
) -> None:
    """Show what will change, and go on only if the operator agrees and no table is lost.

    Raises Refused.
    """
    shipment.say("CloudFormation will:")
    for line in changes.told(proposed):
        shipment.say(line)
    stood = standing.parameters if standing else {}
    if lines := changes.parameters_told(shipment.source["Parameters"], stood, values.given):
        shipment.say("with these parameters, the others as they are:")
    for line in lines:
        shipment.say(line)
    if standing is not None:
        names = shipment.stack.resources()
        changes.check_tables(proposed, template["Resources"], names, shipment.account)
    if not shipment.asker.agrees("Go on?"):
        raise Refused("Nothing was deployed.")


def _try(shipment: Shipment, standing: Standing, now: Now) -> None:
    shipment.say("Submitting a review to the site …")
    outcome = first_review.written(_door(shipment, standing), now, first_review.sleep_a_second)
    if outcome.review is None:
        shipment.say(f"It takes none now: {outcome.words}")
    else:
        address = _address(shipment, standing)
        shipment.say(f"It was ready after {outcome.seconds:.0f} s: {address}/r/{outcome.review}")


def _address(shipment: Shipment, standing: Standing) -> str:
    """Return where a browser finds the site: on the local cloud, at the port that it has today."""
    address = standing.outputs["SiteAddress"]
    endpoint = urlsplit(shipment.account.endpoint or "")
    told = urlsplit(address)
    if endpoint.port is None or not (told.hostname or "").endswith(".localhost"):
        return address
    return told._replace(netloc=f"{told.hostname}:{endpoint.port}").geturl()


def _door(shipment: Shipment, standing: Standing) -> str:
    """Return the API's own address, which answers before any domain does."""
    account, api = shipment.account, standing.outputs["ApiId"]
    if account.endpoint:
        return f"{account.endpoint}/_aws/execute-api/{api}/$default"
    suffix = "amazonaws.com.cn" if account.region.startswith("cn-") else "amazonaws.com"
    return f"https://{api}.execute-api.{account.region}.{suffix}"


def _tell(shipment: Shipment, standing: Standing, by_hand: list[str]) -> None:
    shipment.say(f"\nThe site is at {_address(shipment, standing)}")
    if by_hand:
        shipment.say("To be done by hand:")
    for number, words in enumerate(by_hand, 1):
        shipment.say(f"  {number}. {words}")
