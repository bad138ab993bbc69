"""What the guide has typed for AWS itself is what AWS takes, and waits where AWS takes its time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import botocore.session
import pytest
from botocore import xform_name

from tests.docs.pages import ROOT

TEXT = re.sub(r"\\\n\s*", " ", (ROOT / "docs" / "operating.md").read_text("utf-8"))
_COMMAND = re.compile(r"\baws\s+([a-z0-9]+)\s+([a-z-]+)([^\n`]*)")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_OF_EVERY_COMMAND = frozenset({"--output", "--query", "--region", "--profile"})
_OF_THE_COMMAND_LINE_ALONE = frozenset({"configure", "sso"})
_NO_OPERATION = frozenset({("logs", "tail")})
"""What the AWS command line makes of several operations."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A command of AWS that the guide shows."""

    service: str
    operation: str
    rest: str


def shown() -> Iterator[Shown]:
    """Go through the commands that ask AWS."""
    for service, operation, rest in _COMMAND.findall(TEXT):
        if service not in _OF_THE_COMMAND_LINE_ALONE and (service, operation) not in _NO_OPERATION:
            yield Shown(service, operation, rest)


@pytest.mark.parametrize("command", [*shown()], ids=lambda each: f"{each.service} {each.operation}")
def test_aws_takes_what_is_shown(command: Shown) -> None:
    """The service has the operation, or the waiter, and its options."""
    session = botocore.session.get_session()
    service = session.get_service_model(command.service)
    name, rest = command.operation, command.rest
    if name == "wait":
        name, _, rest = rest.strip().partition(" ")
        waiters = session.get_waiter_model(command.service)
        known = {xform_name(waiter, "-"): waiter for waiter in waiters.waiter_names}
        operation = waiters.get_waiter(known[name]).operation
    else:
        operation = {xform_name(each, "-"): each for each in service.operation_names}[name]
    shape = service.operation_model(operation).input_shape
    assert shape is not None or not _OPTION.findall(rest)
    options = {f"--{xform_name(member, '-')}" for member in (shape.members if shape else ())}
    assert set(_OPTION.findall(rest)) <= options | _OF_EVERY_COMMAND


def test_what_dynamodb_makes_is_waited_for_before_it_is_read() -> None:
    """A table of an earlier moment takes minutes, and cannot be read before."""
    commands = [(command.operation, command.rest) for command in shown()]
    (place,) = [
        place for place, (name, _) in enumerate(commands) if name.startswith("restore-table-to")
    ]
    assert commands[place + 1] == ("wait", " table-exists --table-name noon")
    assert TEXT.index("wait table-exists") < TEXT.index("--table ReviewsTable=noon")


def test_new_signing_keys_are_read_by_functions_that_run() -> None:
    """Those keep what they began with, and a deployment without a change restarts none."""
    section = TEXT.partition("## The signing keys")[2].partition("\n## ")[0]
    assert "aws lambda update-function-configuration" in section
    assert "or deploy" not in section


def test_the_logs_are_read_by_what_everybody_has() -> None:
    """SAM is in an environment of its own, on nobody's path."""
    assert "`sam " not in TEXT
    section = TEXT.partition("## At each alarm")[2].partition("\n## ")[0]
    assert "`python3 -m operate logs`" in section


def test_the_sandbox_is_told_of_with_the_addresses_that_get_mail() -> None:
    """A visitor's verified address is not one of them: no role names it."""
    assert "`OperatorAddress` and `MailFrom` alone" in " ".join(TEXT.split())
