"""What an update would do: told to the operator, and refused where it would cost a table."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ship.account import Account
from ship.refusals import Refused
from ship.stack import Change

TABLE = "AWS::DynamoDB::Table"
_SIGNS = {"Add": "+", "Modify": "~", "Remove": "-", "Import": ">", "Dynamic": "?"}
_MOST_LINES = 40
"""More than these nobody reads; then they are counted by kind."""


def told(changes: list[Change]) -> list[str]:
    """Return a line for each change; for each kind of resource where they are many, or all new."""
    if len(changes) > _MOST_LINES or all(change.action == "Add" for change in changes):
        counted = Counter((change.action, change.kind) for change in changes)
        return [
            f"  {_SIGNS[action]} {count} of {kind}" for (action, kind), count in counted.items()
        ]
    return [
        f"  {_SIGNS.get(change.action, change.action)} {change.name} ({change.kind})"
        + ("  REPLACED" if change.replacement == "True" else "")
        for change in sorted(changes, key=lambda each: (each.action, each.name))
    ]


def parameters_told(
    named: Mapping[str, Any], stood: Mapping[str, str], given: Mapping[str, str]
) -> list[str]:
    """Return a line for each parameter that will not be what it was, or what the template says.

    `named` are the template's, `stood` those that the stack has. Neither secrets nor addresses are
    shown, for what is shown may end in a log.
    """
    lines = []
    for name, value in sorted(given.items()):
        before = stood.get(name, str(named[name].get("Default", "")))
        if str(named[name].get("NoEcho")).lower() == "true":
            lines.append(f"  {name}: another secret")
        elif value != before:
            lines.append(f"  {name}: {_shown(before)} -> {_shown(value)}")
    return lines


def _shown(value: str) -> str:
    return "an address" if "@" in value else value or "(empty)"


def check_tables(
    changes: Iterable[Change],
    resources: dict[str, Any],
    names: dict[str, str],
    account: Account,
) -> None:
    """Refuse what would replace a table or take it out of the stack.

    `resources` are the template's, `names` the live tables' by what the template calls them.
    CloudFormation says `Conditional` of every change of a table's keys or indexes; so those are
    looked at here. Raises Refused.
    """
    for change in changes:
        if change.kind != TABLE or change.action in {"Add", "Import"}:
            continue
        is_lost = change.action == "Remove" or change.replacement == "True"
        if not is_lost and change.replacement == "Conditional":
            live = account.client("dynamodb").describe_table(TableName=names[change.name])["Table"]
            is_lost = _would_be_replaced(live, resources[change.name]["Properties"])
        if is_lost:
            raise Refused(
                f"This update would replace or remove the table {change.name}, and with it what "
                "it holds, so it is not made. Deploy a template that keeps its name and keys; to "
                "change them, make a second table beside it and copy the items (`python -m ship "
                "backup`, `restore`)."
            )


def _would_be_replaced(live: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Tell whether a table of this description cannot become the wanted one.

    Its keys, and the type of an attribute that stays, cannot change; an index may come or go.
    Source: CloudFormation's reference of AWS::DynamoDB::Table, "Update requires".
    """
    keys = [(key["AttributeName"], key["KeyType"]) for key in live["KeySchema"]]
    wanted_keys = [(key["AttributeName"], key["KeyType"]) for key in wanted["KeySchema"]]
    types = {one["AttributeName"]: one["AttributeType"] for one in live["AttributeDefinitions"]}
    return keys != wanted_keys or any(
        types.get(one["AttributeName"], one["AttributeType"]) != one["AttributeType"]
        for one in wanted["AttributeDefinitions"]
    )
