"""A function that is tried alone finds its artefact, and nothing else of this computer."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ship.trial import _ALONE

_HANDLER = """
import json, os
def handler(event, context):
    print("a log line")
    return {"statusCode": 200, "body": os.environ["NAME"] + event["word"]}
"""


def called(folder: Path, handler: str = _HANDLER) -> "subprocess.CompletedProcess[str]":
    """Call a made-up function alone."""
    package = folder / "functions" / "made"
    package.mkdir(parents=True)
    for path in (folder / "functions" / "__init__.py", package / "__init__.py"):
        path.write_text("")
    (package / "handler.py").write_text(handler)
    (package / "other.py").write_text("")
    order: dict[str, Any] = {
        "paths": [str(folder)],
        "handler": "functions.made.handler.handler",
        "events": [{"word": "!"}, {"word": "?"}],
    }
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", _ALONE],
        input=json.dumps(order),
        env={"NAME": "made"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_is_imported_and_every_event_answered(tmp_path: Path) -> None:
    """What the function logs does not mix with what is told of it."""
    done = called(tmp_path)
    told = json.loads(done.stdout)
    assert told["modules"] == 2
    assert [answer["body"] for answer in told["answers"]] == ["made!", "made?"]
    assert "a log line" in done.stderr


def test_a_package_of_this_computer_does_not_help(tmp_path: Path) -> None:
    """A requirement that was forgotten shows here, although pytest is installed."""
    done = called(tmp_path, "import pytest\n" + _HANDLER)
    assert done.returncode != 0
    assert "No module named 'pytest'" in done.stderr
