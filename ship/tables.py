"""The tables that hold what cannot be made again: which they are, and their end.

The template retains them, so they outlive their stack under the names that CloudFormation made:
the stack's, the template's, and a random end.
"""

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from ship.account import Account
from ship.changes import TABLE
from ship.refusals import Refused


def retained(resources: Mapping[str, Any]) -> list[str]:
    """Return what the template calls the tables that outlive the stack."""
    return [
        name
        for name, resource in resources.items()
        if resource["Type"] == TABLE and resource.get("DeletionPolicy") == "Retain"
    ]


def left_behind(account: Account, stack: str, logical: list[str]) -> dict[str, list[str]]:
    """Return the tables that a stack of this name has left, by what the template calls them.

    It is asked only where there is no such stack, or where it is empty.
    """
    pages = account.client("dynamodb").get_paginator("list_tables").paginate()
    names = [name for page in pages for name in page["TableNames"]]
    found = {
        each: [
            name
            for name in names
            if re.fullmatch(rf"{re.escape(stack)}-{re.escape(each)}-[A-Za-z0-9]+", name)
        ]
        for each in logical
    }
    return {each: tables for each, tables in found.items() if tables}


def chosen(found: Mapping[str, list[str]], told: Mapping[str, str]) -> dict[str, str]:
    """Return the one table for each that is to be used again.

    Raises Refused where there are several and it was not told which.
    """
    result = {}
    for logical, names in found.items():
        name = told.get(logical) or (names[0] if len(names) == 1 else "")
        if name not in names:
            raise Refused(
                f"Earlier sites have left {len(names)} tables for {logical}: {', '.join(names)}. "
                f"Say which one is to be used, as in --table {logical}={names[0]}"
            )
        result[logical] = name
    return result


def import_template(template: Mapping[str, Any], logical: list[str]) -> dict[str, Any]:
    """Return a template of these tables alone: an import may bring nothing else along.

    Nor may it transform (the serverless template does) or have outputs.
    """
    kept = {
        section: template[section]
        for section in ("AWSTemplateFormatVersion", "Parameters", "Conditions")
        if section in template
    }
    return {**kept, "Resources": {name: template["Resources"][name] for name in logical}}


def items(account: Account, table: str) -> int:
    """Return about how many items a table has: DynamoDB counts every six hours."""
    found = account.client("dynamodb").describe_table(TableName=table)["Table"]
    return int(found.get("ItemCount", 0))


def delete(account: Account, table: str) -> None:
    """Lift a table's protection and delete it. Done twice, the second time changes nothing."""
    database = account.client("dynamodb")
    try:
        database.update_table(TableName=table, DeletionProtectionEnabled=False)
        database.get_waiter("table_exists").wait(TableName=table)
        database.delete_table(TableName=table)
        database.get_waiter("table_not_exists").wait(TableName=table)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
