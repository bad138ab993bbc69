"""`docs/reliability.md` claims what is tested, and its table is of the suite as it is."""

import ast
import os
import re
from pathlib import Path

import pytest

from tests.chaos.cases import STORIES, Stage, cases_of
from tests.chaos.faults import FAULTS
from tests.chaos.table import PAGE, Table, runs_on, write
from tests.chaos.test_faults import PAIRS

ROOT = Path(__file__).parents[2]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_CLAIM = re.compile(r"^\| (?P<claim>[^|]+) \| (?P<tests>[^|]+) \|$", re.MULTILINE)


def claims() -> dict[str, list[tuple[str, str]]]:
    """Return the tests that the page names, by the claim that they keep."""
    section = PAGE.read_text("utf-8").partition("## What is promised")[2].partition("\n## ")[0]
    rows = [(row["claim"], row["tests"]) for row in _CLAIM.finditer(section)]
    return {claim: _TEST.findall(tests) for claim, tests in rows if claim != "promise"}


def test_every_claim_names_tests_that_exist() -> None:
    """A claim without a test, or with one that was renamed, is no claim."""
    found = claims()
    assert len(found) > 10
    assert [claim for claim, tests in found.items() if not tests] == []
    named = _TEST.findall(PAGE.read_text("utf-8"))
    missing = [f"{path}::{test}" for path, test in named if test not in _tests_in(path)]
    assert missing == []


@pytest.mark.skipif(os.environ.get("WRITE") == "on", reason="the table is being written anew")
def test_the_table_is_of_the_suite_as_it_is(stage: Stage) -> None:
    """Each fault stands there with as many runs as it has now, and none has broken a promise."""
    page = PAGE.read_text("utf-8")
    told = runs_on(page)
    expected = {fault.name: len(cases_of(fault, stage)) for fault in FAULTS}
    expected |= {"none": len(STORIES), "two faults, drawn by lot": PAIRS}
    assert {name: told.get(name) for name in expected} == expected
    assert sum(told.values()) >= 200
    assert re.search(r"\| \*\*all\*\* \| \*\*\d+\*\* \| \| \| \*\*0\*\* \|", page)


def test_a_table_is_put_in_the_place_of_the_one_before(tmp_path: Path) -> None:
    """What stands around it stays; a page without a place for it is refused."""
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    table = Table()
    table.add("none", "ready, 1 mail")
    table.add("none", "ready, 1 mail")
    write(table, page)
    write(table, page)
    assert runs_on(page.read_text("utf-8")) == {"none": 2}
    assert page.read_text("utf-8").startswith(PAGE.read_text("utf-8")[:200])
    page.write_text("no place", "utf-8")
    with pytest.raises(ValueError, match="no place for the table"):
        write(table, page)


def _tests_in(path: str) -> set[str]:
    file = ROOT / path
    if not file.exists():
        return set()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
