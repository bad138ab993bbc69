"""What the functions have logged: read from CloudWatch, or from the file of the local site.

The functions log one JSON object a line (Powertools). Lambda's own lines (START, REPORT, a timeout)
are plain text; those that only say that all is well are left out.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from operate.cloud import Site
from operate.errors import Refused, SiteUnreachable

FUNCTIONS = ("submit", "sweep", "generate", "render")
LOCAL_FILE = "functions.log"
_GROUPS = {name: f"{name.capitalize()}Logs" for name in FUNCTIONS}
"""The template's names of the log groups."""
_SPAN = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ALL_IS_WELL = re.compile(r"(INIT_START|START|END|REPORT|XRAY) ")
_WRONG = re.compile(r"Task timed out|Runtime exited|Status: (timeout|error)|Traceback|\[ERROR\]")
_ERRORS = frozenset({"ERROR", "CRITICAL"})
_OURS = frozenset({"level", "location", "message", "timestamp", "service"})
_LAMBDAS = re.compile(r"cold_start|function_\w+|xray_trace_id|correlation_id|stack_trace")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a function has logged."""

    moment: float
    """Seconds since 1970, UTC."""
    function: str
    level: str
    message: str
    facts: dict[str, Any] = field(default_factory=dict)
    """What else stands in the line, without what Lambda says of itself."""

    @property
    def is_error(self) -> bool:
        """Tell whether somebody should look at it."""
        return self.level in _ERRORS


def seconds_of(span: str) -> int:
    """Return the seconds of `90s`, `30m`, `1h` or `2d`. Raises Refused."""
    match = _SPAN.fullmatch(span.strip())
    if not match:
        raise Refused(f"{span!r} is no span of time: write 90s, 30m, 1h or 2d.")
    return int(match[1]) * _SECONDS[match[2]]


def entries_of(site: Site, functions: Iterable[str], since: float) -> list[Entry]:
    """Return what these functions have logged since then, the newest last.

    Raises SiteUnreachable.
    """
    wanted = set(functions)
    found = _of_file(site.state) if site.state else _of_cloud(site, wanted, since)
    kept = [entry for entry in found if entry.function in wanted and entry.moment >= since]
    return sorted(kept, key=lambda entry: entry.moment)


def _of_cloud(site: Site, functions: Iterable[str], since: float) -> Iterator[Entry]:
    stacks, logs = site.client("cloudformation"), site.client("logs")
    for function in functions:
        try:
            told = stacks.describe_stack_resource(
                StackName=site.stack, LogicalResourceId=_GROUPS[function]
            )
        except ClientError as error:
            message = f"The stack {site.stack} does not tell of the log of {function}."
            raise SiteUnreachable(message) from error
        group = told["StackResourceDetail"]["PhysicalResourceId"]
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=int(since * 1000)
        )
        for page in pages:
            for event in page["events"]:
                yield from _entry(event["message"], function, event["timestamp"] / 1000)


def _of_file(state: Path) -> Iterator[Entry]:
    path = state / LOCAL_FILE
    moment, function = 0.0, ""
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                for entry in _entry(line, function, moment):
                    moment, function = entry.moment, entry.function
                    yield entry
    except FileNotFoundError as error:
        raise SiteUnreachable(f"{path} is not there: nothing was logged yet.") from error


def _entry(line: str, function: str, moment: float) -> Iterator[Entry]:
    """Yield the line as an entry; one without a time or a function has those of the one before."""
    line = line.strip()
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if isinstance(told, dict) and "message" in told:
        yield Entry(
            moment=_moment(told.get("timestamp"), moment),
            function=str(told.get("service", function)),
            level=str(told.get("level", "INFO")),
            message=_words(told["message"]),
            facts={
                name: value
                for name, value in told.items()
                if name not in _OURS and not _LAMBDAS.fullmatch(name)
            },
        )
    elif line and (_WRONG.search(line) or not _ALL_IS_WELL.match(line)):
        level = "ERROR" if _WRONG.search(line) else "INFO"
        yield Entry(moment, function, level, line)


def _moment(written: object, otherwise: float) -> float:
    try:
        return datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S,%f%z").timestamp()
    except ValueError:
        return otherwise


def _words(message: object) -> str:
    return message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
