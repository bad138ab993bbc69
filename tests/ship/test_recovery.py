"""What an earlier deployment left is waited for, undone to its end, or cleared away."""

from collections.abc import Iterable
from typing import Any

import pytest

from ship.asking import Asker
from ship.recovery import recovered
from ship.refusals import Refused, StackFailed
from ship.shipment import Shipment
from ship.stack import Stack
from ship.supply import Supply
from tests.ship.clients import Answers, account_with

NAME = "site"


class Formation:
    """CloudFormation, which tells one status after another and notes what it is asked to do."""

    def __init__(self, statuses: Iterable[str | None]) -> None:
        """Take the statuses; the last one stays."""
        self._statuses = list(statuses)
        self._told: str | None = None
        self._pending = 0
        self.done: list[str] = []
        self.looks = 0

    def hesitates(self, looks: int) -> None:
        """Have it begin with an order only after so many looks at its events."""
        self._pending = looks

    def describe_stacks(self, **_names: str) -> dict[str, Any]:
        """Tell the next status."""
        if not (self.done and self._pending):
            more = len(self._statuses) > 1
            self._told = self._statuses.pop(0) if more else self._statuses[0]
        return {"Stacks": [{"StackStatus": self._told or "DELETE_COMPLETE"}]}

    def describe_stack_events(self, **_names: str) -> dict[str, Any]:
        """Tell of one failure, which had a consequence; the newest first."""
        events = [
            ("Queue", "CREATE_FAILED", "Resource creation cancelled"),
            ("Table", "CREATE_FAILED", "no such key"),
            (NAME, "CREATE_IN_PROGRESS", "User Initiated"),
            ("Older", "UPDATE_FAILED", "of another time"),
        ]
        if self.done and self._pending:
            self._pending -= 1
        elif self.done:
            events.append(("Oldest", "UPDATE_FAILED", "so there is an event more"))
        return {
            "StackEvents": [
                {
                    "EventId": str(number),
                    "LogicalResourceId": name,
                    "ResourceStatus": status,
                    "ResourceStatusReason": reason,
                }
                for number, (name, status, reason) in enumerate(events)
            ]
        }

    def describe_change_set(self, **_names: str) -> dict[str, Any]:
        """Tell twice that the change set waits, then that it is carried out."""
        self.looks += 1
        return {"ExecutionStatus": "AVAILABLE" if self.looks < 3 else "EXECUTE_IN_PROGRESS"}

    def execute_change_set(self, **_names: str) -> None:
        """Note it."""
        self.done.append("execute")

    def delete_stack(self, **_names: str) -> None:
        """Note it."""
        self.done.append("delete")

    def continue_update_rollback(self, **_names: str) -> None:
        """Note it."""
        self.done.append("continue")

    def rollback_stack(self, **_names: str) -> None:
        """Note it."""
        self.done.append("roll back")


def shipment(formation: Formation, answer: str = "yes") -> Shipment:
    """Return a shipment whose stack is CloudFormation's."""
    account = account_with(Answers())
    stack = Stack(account, NAME, pause=lambda: None)
    stack._formation = formation
    return Shipment(
        account=account,
        stack=stack,
        source={"Resources": {}},
        supply=Supply(lambda *_: {}, lambda *_: None, lambda _: None),
        asker=Asker(lambda _question: answer),
        say=lambda _sentence: None,
    )


@pytest.mark.parametrize(
    "status",
    ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"],
)
def test_what_stands_is_updated(status: str) -> None:
    """Also what an update that failed was undone to."""
    formation = Formation([status])
    found = recovered(shipment(formation))
    assert found is not None
    assert found.status == status
    assert formation.done == []


@pytest.mark.parametrize(
    "moving",
    ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"],
)
def test_what_moves_is_waited_for(moving: str) -> None:
    """The deployment that was interrupted ends by itself."""
    found = recovered(shipment(Formation([moving, moving, "UPDATE_COMPLETE"])))
    assert found is not None
    assert found.status == "UPDATE_COMPLETE"


def test_a_deletion_is_waited_for() -> None:
    """Then there is no stack."""
    assert recovered(shipment(Formation(["DELETE_IN_PROGRESS", None]))) is None


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED"])
def test_what_never_stood_is_deleted_once_she_agrees(status: str) -> None:
    """It cannot be updated; the deployment begins anew."""
    formation = Formation([status, None])
    assert recovered(shipment(formation)) is None
    assert formation.done == ["delete"]


def test_what_never_stood_stays_if_she_does_not_agree() -> None:
    """She is told what would delete it."""
    formation = Formation(["ROLLBACK_COMPLETE"])
    with pytest.raises(Refused, match="`make destroy` deletes it, keeping the tables"):
        recovered(shipment(formation, answer="no"))
    assert formation.done == []


def test_a_proposal_that_was_never_made_is_cleared_away_unasked() -> None:
    """It holds nothing."""
    formation = Formation(["REVIEW_IN_PROGRESS", None])
    assert recovered(shipment(formation, answer="no")) is None
    assert formation.done == ["delete"]


def test_a_rollback_that_failed_goes_on() -> None:
    """Then the stack can be updated again."""
    formation = Formation(["UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_COMPLETE"])
    found = recovered(shipment(formation))
    assert found is not None
    assert formation.done == ["continue"]


def test_a_rollback_that_fails_again_is_told_by_the_resource() -> None:
    """The first failure of the last time, not its consequences; and what to do."""
    formation = Formation(["UPDATE_ROLLBACK_FAILED"])
    with pytest.raises(StackFailed, match=r"Table: no such key\. Put right .* run `make deploy`"):
        recovered(shipment(formation))


def test_an_update_that_stopped_is_undone() -> None:
    """As happens where somebody switched the rollback off."""
    formation = Formation(["UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE"])
    assert recovered(shipment(formation)) is not None
    assert formation.done == ["roll back"]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"])
def test_an_order_is_not_taken_for_carried_out_before_it_began(status: str) -> None:
    """What the stack was before says nothing of how deleting it, or undoing an update, ended."""
    ends = None if status == "ROLLBACK_COMPLETE" else "UPDATE_ROLLBACK_COMPLETE"
    formation = Formation([status, ends])
    formation.hesitates(3)
    found = recovered(shipment(formation))
    assert (found.status if found else None) == ends
    assert len(formation.done) == 1


def test_a_deployment_is_not_taken_for_done_before_it_began() -> None:
    """CloudFormation says yes first, and begins a little later: the old status tells nothing."""
    formation = Formation(["UPDATE_COMPLETE"])
    found = shipment(formation).stack.carry_out(lambda _sentence: None)
    assert found.status == "UPDATE_COMPLETE"
    assert formation.done == ["execute"]
    assert formation.looks == 3


def test_a_deployment_that_ends_otherwise_tells_what_failed_first() -> None:
    """And that the same command goes on."""
    formation = Formation(["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"])
    with pytest.raises(StackFailed, match=r"UPDATE_ROLLBACK_COMPLETE: Table: no such key\."):
        shipment(formation).stack.carry_out(lambda _sentence: None)
