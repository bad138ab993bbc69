"""The image goes to ECR; the registry's password goes nowhere but into the tool."""

import json
from pathlib import Path

import pytest

from ship.errors import BuildFailed
from ship.registry import Repository
from tests.ship.clients import account_with
from tests.ship.pushing import ADDRESS, DIGEST, PASSWORD, ecr_answers, tool


def test_an_image_is_pushed_and_named_by_its_digest(tmp_path: Path) -> None:
    """Logged in with the password typed, not on the command line, and logged out by forgetting."""
    log = tmp_path / "calls"
    repository = Repository(account_with(ecr_answers()), "My-Site")
    found = repository.pushed(tool(tmp_path, log), "localhost/image:arm64", "today")
    assert found == f"{ADDRESS}@{DIGEST}"
    login, tag, push = [json.loads(line) for line in log.read_text().splitlines()]
    registry = ADDRESS.partition("/")[0]
    assert login["words"] == ["login", "--username", "AWS", "--password-stdin", registry]
    assert login["typed"] == PASSWORD
    assert tag["words"] == ["tag", "localhost/image:arm64", f"{ADDRESS}:today"]
    assert push["words"] == ["push", f"{ADDRESS}:today"]
    assert not Path(login["config"]).exists()


def test_a_push_that_fails_is_told_without_the_password(tmp_path: Path) -> None:
    """The tool's own last words, and what to do."""
    repository = Repository(account_with(ecr_answers()), "My-Site")
    with pytest.raises(BuildFailed, match="push did not succeed") as raised:
        repository.pushed(tool(tmp_path, tmp_path / "broken"), "localhost/image", "today")
    assert PASSWORD not in str(raised.value)
