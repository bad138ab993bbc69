"""One stage for all runs, and the table of what came of them.

`make chaos` runs the whole suite (`CHAOS=whole`), prints the table and, with `WRITE=on`, puts it
into `docs/reliability.md`. Without, as in `make test`, a spread of the cases is run.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from functions.generate.bundle import load_bundle
from tests.aws import new_account
from tests.chaos import table as tables
from tests.chaos.cases import Stage
from tests.chaos.texts import Studio

IS_WHOLE = os.environ.get("CHAOS") == "whole"
_MODEL = Path(__file__).parents[2] / "functions" / "generate" / "model"
_TABLE = tables.Table()

collect_ignore = [] if IS_WHOLE else ["test_killed_workers.py"]


@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    """Return the stage; it takes two seconds to set up, and is wiped for each run."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        yield Stage(new_account(), Studio(load_bundle(_MODEL)))


@pytest.fixture(scope="session")
def table() -> tables.Table:
    """Return the table that the runs are entered in."""
    return _TABLE


@pytest.fixture(scope="session")
def is_whole() -> bool:
    """Tell whether every case is to be run."""
    return IS_WHOLE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Print the table; write it into the page where that was asked for and nothing failed."""
    if not IS_WHOLE or not _TABLE.rows:
        return
    terminalreporter.write_line(f"\n{_TABLE}\n")
    if os.environ.get("WRITE") == "on" and exitstatus == 0:
        tables.write(_TABLE)
        terminalreporter.write_line(f"written into {tables.PAGE}")
