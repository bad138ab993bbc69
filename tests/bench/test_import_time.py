"""An import is timed by the process that imports."""

import subprocess
import time

import pytest

from bench.import_time import measure_import
from bench.place import functions_environment

_SECONDS = 0.25


def test_what_the_process_takes_to_end_is_no_part_of_it() -> None:
    """It counts from the start of the process, and for itself; not what comes behind."""
    began = time.monotonic()
    found = measure_import(
        f"import atexit; atexit.register(time.sleep, {_SECONDS})", functions_environment()
    )
    assert 0 < found.alone < found.from_start <= time.monotonic() - began - _SECONDS


def test_an_import_that_fails_says_why() -> None:
    """The process's own words are at hand."""
    with pytest.raises(subprocess.CalledProcessError) as caught:
        measure_import("import nowhere_to_be_found", functions_environment())
    assert "nowhere_to_be_found" in caught.value.stderr


def test_a_timed_process_may_keep_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """As what ships has it; where that is forbidden, each start would compile anew."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    statement = "import sys; assert not sys.dont_write_bytecode"
    assert measure_import(statement, functions_environment()).alone > 0
