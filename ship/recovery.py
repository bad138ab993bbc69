"""What an earlier deployment left: waited for, undone to its end, or cleared away."""

from ship.refusals import Refused, StackFailed
from ship.shipment import Shipment
from ship.stack import Standing

_NEVER_STOOD = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}
"""A first deployment that failed, or a deletion: CloudFormation updates such a stack no more."""
_STANDS = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}


def recovered(shipment: Shipment) -> Standing | None:
    """Return a stack that can be updated, or None where one is to be made.

    Raises Refused where the operator does not agree, StackFailed where CloudFormation cannot.
    """
    stack, say = shipment.stack, shipment.say
    found = stack.settled(say)
    if found is not None and found.status == "UPDATE_FAILED":
        say("The last update stopped where it failed; it is undone first.")
        found = stack.roll_back(say)
    if found is not None and found.status == "UPDATE_ROLLBACK_FAILED":
        say("The last update failed, and so did undoing it; that goes on now.")
        found = stack.continue_rollback(say)
    if found is None:
        return None
    if found.status == "REVIEW_IN_PROGRESS" or _is_empty_import(shipment, found):
        stack.delete(say)  # proposed and never made: it holds nothing
        return None
    if found.status in _NEVER_STOOD:
        _clear_away(shipment, found)
        return None
    if found.status not in _STANDS:
        raise StackFailed(
            f"The stack {stack.name} is {found.status}: {stack.first_failure()} Put right what "
            "that names, and run `make deploy` again, which goes on from there."
        )
    return found


def _is_empty_import(shipment: Shipment, found: Standing) -> bool:
    return found.status == "IMPORT_ROLLBACK_COMPLETE" and not shipment.stack.resources()


def _clear_away(shipment: Shipment, found: Standing) -> None:
    stack = shipment.stack
    shipment.say(
        f"The stack {stack.name} is {found.status} and cannot be updated: {stack.first_failure()}"
    )
    if not shipment.asker.agrees("Delete what is left of it (tables are kept) and begin anew?"):
        raise Refused(
            f"The stack {stack.name} stays as it is. `make destroy` deletes it, keeping the tables."
        )
    stack.delete(shipment.say)
