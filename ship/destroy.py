"""Taking the site down: the stack, and the data only where that is asked for, twice.

The order makes every interruption harmless: the stack goes first, while the tables are retained;
then the keys, then whole tables, one after another. The same command finds the tables that are left
by their names, and goes on.
"""

from ship import keys, tables
from ship.refusals import Refused
from ship.shipment import Shipment
from ship.stack import Standing


def destroy(shipment: Shipment, *, with_data: bool) -> None:
    """Delete the stack and what was uploaded for it; with its data only if told so.

    Raises Refused where there is nothing or the operator does not agree, StackFailed.
    """
    standing = shipment.stack.settled(shipment.say)
    kept = _tables(shipment, standing)
    if standing is None and not kept:
        raise Refused(
            f"There is no stack {shipment.stack.name} in {shipment.account.region}, and no table "
            "of one: nothing to take down. Are --region and --stack right?"
        )
    if with_data:
        _ask_twice(shipment, kept)
    elif not shipment.asker.agrees(
        f"Take down {shipment.stack.name} in {shipment.account.region}? Its tables are kept"
    ):
        raise Refused("Nothing was taken down.")
    key_parameter = shipment.keys_parameter(standing)
    if standing is not None:
        shipment.stack.delete(shipment.say)
    shipment.supply.clear(shipment.bucket)
    shipment.say(f"The stack {shipment.stack.name} and its code are gone.")
    if with_data:
        _delete_data(shipment, kept, key_parameter)
    else:
        _tell_what_is_kept(shipment, kept, key_parameter)


def _tables(shipment: Shipment, standing: Standing | None) -> list[str]:
    """Return the tables that the stack has, and those that earlier ones have left."""
    of_the_stack = list(shipment.tables_of_the_stack().values()) if standing else []
    left = [name for names in shipment.tables_left_behind().values() for name in names]
    return sorted({*of_the_stack, *left})


def _ask_twice(shipment: Shipment, kept: list[str]) -> None:
    name = shipment.stack.name
    lines = [f"  {table}, about {tables.items(shipment.account, table):,} items" for table in kept]
    first = "\n".join(["This deletes the site and all that it holds:", *lines])
    second = "Nothing brings the reviews and subscribers back, unless there is a backup."
    if not (shipment.asker.types(first, name) and shipment.asker.types(second, name)):
        raise Refused("The name was not typed twice, so nothing was taken down.")


def _delete_data(shipment: Shipment, kept: list[str], key_parameter: str) -> None:
    keys.delete(shipment.account, key_parameter)
    for table in kept:
        tables.delete(shipment.account, table)
        shipment.say(f"  deleted {table}")
    shipment.say("The data and the signing keys are gone.")


def _tell_what_is_kept(shipment: Shipment, kept: list[str], key_parameter: str) -> None:
    shipment.say("Kept:")
    for table in kept:
        shipment.say(f"  the table {table}")
    shipment.say(f"  the signing keys {key_parameter}")
    shipment.say("`make deploy` finds them and goes on with them.")
