"""One CloudFormation stack: how it is, what is proposed to it, and waiting for it."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ship.account import Account
from ship.asking import Say
from ship.refusals import Refused, StackFailed

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
_PROPOSAL = "make-deploy"
_EVENTS_AT_ONCE = 100
_LOOKS_UNTIL_BEGUN = 20
"""A minute on AWS, whose answers are true a few seconds late: by then an order has begun."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a stack is."""

    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]

    @property
    def is_moving(self) -> bool:
        """Whether CloudFormation is at work on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class Change:
    """What an update would do to one resource."""

    action: str
    """Add, Modify, Remove, Import or Dynamic."""
    name: str
    kind: str
    replacement: str
    """True, False, Conditional, or nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a stack is to become."""

    template_url: str
    parameters: Mapping[str, str]
    kept: frozenset[str] = frozenset()
    """Parameters that keep the value that the stack has."""
    imports: Mapping[str, str] | None = None
    """Tables to take into a new stack, their names by what the template calls them."""


class Stack:
    """One stack of one account, which may not exist."""

    def __init__(
        self, account: Account, name: str, pause: Callable[[], None] | None = None
    ) -> None:
        """Keep its name; `pause` is what is done between two looks at it."""
        self._formation = account.client("cloudformation")
        self._seconds = 0.1 if account.endpoint else 3.0
        self._pause = pause or self._sleep
        self.name = name

    def _sleep(self) -> None:
        time.sleep(self._seconds)

    def standing(self) -> Standing | None:
        """Return how the stack is, or None where there is none."""
        try:
            (found,) = self._formation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise
        if found["StackStatus"] == "DELETE_COMPLETE":
            return None
        return Standing(
            status=found["StackStatus"],
            reason=found.get("StackStatusReason", ""),
            parameters={
                one["ParameterKey"]: one.get("ParameterValue", "")
                for one in found.get("Parameters", [])
            },
            outputs={one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])},
        )

    def resources(self) -> dict[str, str]:
        """Return the names that its resources were given, by what the template calls them."""
        pages = self._formation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            one["LogicalResourceId"]: one.get("PhysicalResourceId", "")
            for page in pages
            for one in page["StackResourceSummaries"]
            if one["ResourceStatus"] != "DELETE_COMPLETE"
        }

    def settled(self, say: Say) -> Standing | None:
        """Wait until CloudFormation is done with it, and return how it is then."""
        seen: set[str] = set()
        found = self.standing()
        if found is not None and found.is_moving:
            seen.update(event["EventId"] for event in self._events())
            say(f"CloudFormation is at work on {self.name} ({found.status}); waiting for it …")
        while found is not None and found.is_moving:
            self._pause()
            for event in reversed([one for one in self._events() if one["EventId"] not in seen]):
                seen.add(event["EventId"])
                if event["ResourceStatus"].endswith(("FAILED", "_COMPLETE")):
                    say(f"  {event['ResourceStatus']:<28} {event['LogicalResourceId']}")
            found = self.standing()
        return found

    def proposed(self, wanted: Wanted, kind: str) -> list[Change] | None:
        """Have CloudFormation work out what would change; None where nothing would.

        `kind` is CREATE, UPDATE or IMPORT. Raises Refused where the template is not taken.
        """
        self.withdraw()
        try:
            self._formation.create_change_set(**_request(self.name, wanted, kind))
        except ClientError as error:
            raise Refused(
                f"CloudFormation does not take it: {error.response['Error']['Message']}"
            ) from error
        while (found := self._proposal())["Status"] in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            self._pause()
        if found["Status"] != "FAILED":
            return list(_changes(found["Changes"]))
        reason = found.get("StatusReason", "no reason given")
        self.withdraw()
        if any(words in reason for words in _NOTHING_TO_DO):
            return None
        raise Refused(f"CloudFormation does not take it: {reason}")

    def carry_out(self, say: Say) -> Standing:
        """Do what was proposed, and wait until it is done. Raises StackFailed."""
        self._formation.execute_change_set(StackName=self.name, ChangeSetName=_PROPOSAL)
        while self._is_only_proposed():
            self._pause()
        found = self.settled(say)
        done = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
        if found is None or found.status not in done:
            status = found.status if found else "gone"
            raise StackFailed(
                f"The stack {self.name} is {status}: {self.first_failure()} "
                "Put that right and run `make deploy` again; it goes on from here."
            )
        return found

    def withdraw(self) -> None:
        """Take back what was proposed and not carried out."""
        try:
            self._formation.delete_change_set(StackName=self.name, ChangeSetName=_PROPOSAL)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"ValidationError", "ChangeSetNotFound"}:
                raise

    def delete(self, say: Say) -> None:
        """Delete the stack, and wait until it is gone. Raises StackFailed."""
        found = self._after(self._formation.delete_stack, say)
        if found is not None:
            raise StackFailed(
                f"The stack {self.name} could not be deleted ({found.status}): "
                f"{self.first_failure()} Put that right, and run the same again."
            )

    def continue_rollback(self, say: Say) -> Standing | None:
        """Let a rollback that failed go on, and wait for it."""
        return self._after(self._formation.continue_update_rollback, say)

    def roll_back(self, say: Say) -> Standing | None:
        """Let an update that stopped where it failed be undone, and wait for it."""
        return self._after(self._formation.rollback_stack, say)

    def _after(self, order: Callable[..., Any], say: Say) -> Standing | None:
        """Give an order, and return how the stack is once it was carried out.

        CloudFormation says yes first, and begins a little later: until the stack has an event more,
        what it is said to be may be how it was before.
        """
        known = {event["EventId"] for event in self._events()}
        order(StackName=self.name)
        for _ in range(_LOOKS_UNTIL_BEGUN):
            events = {event["EventId"] for event in self._events()}
            if not events or events - known:  # a stack that is gone has none
                break
            self._pause()
        return self.settled(say)

    def first_failure(self) -> str:
        """Return what failed first in what CloudFormation did last, as a sentence."""
        failure = "no reason is given."
        for event in self._all_events():  # the newest first
            status, name = event["ResourceStatus"], event["LogicalResourceId"]
            if status.endswith("FAILED") and "cancelled" not in event.get(
                "ResourceStatusReason", ""
            ):
                failure = f"{name}: {event.get('ResourceStatusReason', 'no reason given').strip()}"
            begins = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}
            if name == self.name and status in begins:
                break
        return failure if failure.endswith(".") else failure + "."

    def _events(self) -> list[dict[str, Any]]:
        """Return the newest events, the newest first: as many as an answer of AWS holds."""
        return list(itertools.islice(self._all_events(), _EVENTS_AT_ONCE))

    def _all_events(self) -> Iterator[dict[str, Any]]:
        """Yield the events, the newest first, for as long as they are wanted."""
        request = {"StackName": self.name}
        while True:
            try:
                page = self._formation.describe_stack_events(**request)
            except ClientError as error:
                if error.response["Error"]["Code"] == "ValidationError":  # it is gone
                    return
                raise
            yield from page["StackEvents"]
            if not page.get("NextToken"):
                return
            request["NextToken"] = page["NextToken"]

    def _is_only_proposed(self) -> bool:
        """Tell whether CloudFormation has yet to begin with what it was told to carry out."""
        try:
            found = self._formation.describe_change_set(
                StackName=self.name, ChangeSetName=_PROPOSAL
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ChangeSetNotFound":
                return False
            raise
        return bool(found["ExecutionStatus"] == "AVAILABLE")

    def _proposal(self) -> dict[str, Any]:
        """Return what CloudFormation has worked out so far, the changes of all pages."""
        where = {"StackName": self.name, "ChangeSetName": _PROPOSAL}
        found: dict[str, Any] = self._formation.describe_change_set(**where)
        changes = list(found.get("Changes", []))
        page = found
        while token := page.get("NextToken"):
            page = self._formation.describe_change_set(**where, NextToken=token)
            changes += page.get("Changes", [])
        return {**found, "Changes": changes}


def _request(name: str, wanted: Wanted, kind: str) -> dict[str, Any]:
    """Return the request for a change set."""
    request: dict[str, Any] = {
        "StackName": name,
        "ChangeSetName": _PROPOSAL,
        "ChangeSetType": kind,
        "TemplateURL": wanted.template_url,
        "Capabilities": CAPABILITIES,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in wanted.parameters.items()
        ]
        + [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(wanted.kept)],
    }
    if wanted.imports is not None:
        request["ResourcesToImport"] = [
            {
                "ResourceType": "AWS::DynamoDB::Table",
                "LogicalResourceId": logical,
                "ResourceIdentifier": {"TableName": table},
            }
            for logical, table in wanted.imports.items()
        ]
    return request


def _changes(listed: list[dict[str, Any]]) -> Iterator[Change]:
    for one in listed:
        change = one["ResourceChange"]
        yield Change(
            action=change["Action"],
            name=change["LogicalResourceId"],
            kind=change["ResourceType"],
            replacement=change.get("Replacement", ""),
        )
