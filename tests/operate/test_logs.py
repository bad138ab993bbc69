"""What the functions have logged, as the operator reads it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operate.cloud import Site
from operate.errors import Refused, SiteUnreachable
from operate.logs import FUNCTIONS, LOCAL_FILE, seconds_of
from tests.aws import template
from tests.operate.conftest import Operator

NOW = 1_800_000_000
"""2027-01-15 08:00:00, UTC."""


def line(minute: int, service: str, message: str, level: str = "INFO", **facts: object) -> str:
    """Return a line as Powertools writes it."""
    written = {
        "level": level,
        "location": "handler:64",
        "message": message,
        "timestamp": f"2027-01-15 07:{minute:02}:00,123+0000",
        "service": service,
        "cold_start": True,
        "function_name": "f",
        "function_request_id": "0000",
    }
    return json.dumps(written | facts)


LINES = (
    line(30, "submit", "review reported", review="0123456789abcdef"),
    "a library says something",
    line(50, "generate", "it broke\x1b[31m", "ERROR", exception="Traceback\nmany lines"),
    line(40, "render", "answered", status=200),
)


@pytest.fixture
def local(operator: Operator, tmp_path: Path) -> Operator:
    """Return the operator of a site on this computer, whose functions have logged."""
    (tmp_path / LOCAL_FILE).write_text("\n".join(LINES) + "\n")
    return replace(operator, site=replace(operator.site, state=tmp_path), now=NOW)


def test_the_newest_stands_last_with_what_is_known(local: Operator) -> None:
    """When, which function, what; nothing that Lambda says of itself, nothing for the terminal."""
    head, *rows = local.run("logs").splitlines()
    assert head.split() == ["when", "(UTC)", "function", "level", "what"]
    assert [row.split()[2] for row in rows] == ["submit", "submit", "render", "generate"]
    assert rows[0].startswith("2027-01-15 07:30:00")
    assert rows[0].endswith("review reported review=0123456789abcdef")
    assert rows[1].endswith("a library says something")
    assert "function_name" not in rows[0]
    assert "\x1b" not in rows[3]
    assert "Traceback" not in rows[3]


def test_what_is_asked_for_is_chosen(local: Operator) -> None:
    """By time, by function, by whether somebody should look at it."""
    assert len(local.run("logs", "--since", "25m").splitlines()) == 3
    assert local.run("logs", "--since", "5m") == "None."
    assert "answered" in local.run("logs", "--function", "render")
    assert "reported" not in local.run("logs", "--function", "render")
    (_, error) = local.run("logs", "--errors").splitlines()
    assert "it broke" in error
    (told,) = json.loads(local.run("logs", "--errors", "--json"))
    assert told["facts"]["exception"] == "Traceback\nmany lines"
    assert (told["function"], told["level"]) == ("generate", "ERROR")


def test_a_span_of_time_has_a_unit(local: Operator) -> None:
    """Anything else is refused in one line."""
    spans = {"90s": 90, "30m": 1800, "1h": 3600, "2d": 172_800}
    assert {span: seconds_of(span) for span in spans} == spans
    for wrong in ("1", "h", "1w", "-1h", ""):
        with pytest.raises(Refused, match="no span of time"):
            local.run("logs", f"--since={wrong}")


def test_a_site_that_has_logged_nothing_says_so(local: Operator, tmp_path: Path) -> None:
    """With the file that was looked for."""
    (tmp_path / LOCAL_FILE).unlink()
    with pytest.raises(SiteUnreachable, match=LOCAL_FILE):
        local.run("logs")


class Logs:
    """Stands for CloudFormation and CloudWatch: one log group a function, two pages each."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def describe_stack_resource(self, **names: str) -> dict[str, Any]:
        """Return the name of the log group."""
        assert template()["Resources"][names["LogicalResourceId"]]["Type"] == "AWS::Logs::LogGroup"
        return {"StackResourceDetail": {"PhysicalResourceId": f"/{names['LogicalResourceId']}"}}

    def get_paginator(self, _operation: str) -> "Logs":
        """Return what pages through the events."""
        return self

    def paginate(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of a log group."""
        self.asked.append(wanted)
        if wanted["logGroupName"] == "/GenerateLogs":
            moment = (NOW - 600) * 1000
            plain = ("START RequestId: 1", "REPORT RequestId: 1", "1 Task timed out after 120 s")
            yield {"events": [{"message": text, "timestamp": moment} for text in plain]}
            yield {"events": [{"message": line(45, "generate", "warm"), "timestamp": moment}]}


def test_on_aws_each_function_s_log_group_is_read(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the names in the template; what says that all is well is left out, a timeout is not."""
    cloud = Logs()
    monkeypatch.setattr(Site, "client", lambda *_: cloud)
    rows = replace(operator, now=NOW).run("logs").splitlines()[1:]
    assert [row.split(None, 4)[3:] for row in rows] == [
        ["INFO", "warm"],
        ["ERROR", "1 Task timed out after 120 s"],
    ]
    assert {one["startTime"] for one in cloud.asked} == {(NOW - 3600) * 1000}
    assert len(cloud.asked) == len(FUNCTIONS)
    replace(operator, now=NOW).run("logs", "--function", "sweep")
    assert cloud.asked[-1]["logGroupName"] == "/SweepLogs"
