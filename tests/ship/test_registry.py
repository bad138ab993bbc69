"""The image goes to ECR; the registry's password goes nowhere but into the tool."""

import base64
import json
import sys
from pathlib import Path

import pytest

from ship.errors import BuildFailed
from ship.registry import Repository
from tests.ship.clients import NUMBER, REGION, Answers, account_with

ADDRESS = f"{NUMBER}.dkr.ecr.{REGION}.amazonaws.com/my-site"
DIGEST = "sha256:" + "0" * 64
PASSWORD = "a-secret"
TOOL = """
import json, os, sys
call = {"words": sys.argv[2:], "typed": sys.stdin.read(), "config": os.environ["DOCKER_CONFIG"]}
with open(sys.argv[1], "a") as log:
    log.write(json.dumps(call) + "\\n")
sys.exit(1 if "push" in sys.argv and "broken" in sys.argv[1] else 0)
"""


@pytest.fixture
def answers() -> Answers:
    """Return ECR's answers to one push into a repository that exists."""
    made = Answers()
    ecr = made.of("ecr")
    ecr.add_client_error("create_repository", "RepositoryAlreadyExistsException")
    ecr.add_response("describe_repositories", {"repositories": [{"repositoryUri": ADDRESS}]})
    ecr.add_response("put_lifecycle_policy", {})
    token = base64.b64encode(f"AWS:{PASSWORD}".encode()).decode()
    ecr.add_response(
        "get_authorization_token", {"authorizationData": [{"authorizationToken": token}]}
    )
    ecr.add_response("describe_images", {"imageDetails": [{"imageDigest": DIGEST}]})
    return made


def tool(folder: Path, log: Path) -> list[str]:
    """Return a program that notes how it is called, in place of docker."""
    program = folder / "tool.py"
    program.write_text(TOOL)
    return [sys.executable, str(program), str(log)]


def test_an_image_is_pushed_and_named_by_its_digest(answers: Answers, tmp_path: Path) -> None:
    """Logged in with the password typed, not on the command line, and logged out by forgetting."""
    log = tmp_path / "calls"
    repository = Repository(account_with(answers), "My-Site")
    found = repository.pushed(tool(tmp_path, log), "localhost/image:arm64", "today")
    assert found == f"{ADDRESS}@{DIGEST}"
    login, tag, push = [json.loads(line) for line in log.read_text().splitlines()]
    registry = ADDRESS.partition("/")[0]
    assert login["words"] == ["login", "--username", "AWS", "--password-stdin", registry]
    assert login["typed"] == PASSWORD
    assert tag["words"] == ["tag", "localhost/image:arm64", f"{ADDRESS}:today"]
    assert push["words"] == ["push", f"{ADDRESS}:today"]
    assert not Path(login["config"]).exists()


def test_a_push_that_fails_is_told_without_the_password(answers: Answers, tmp_path: Path) -> None:
    """The tool's own last words, and what to do."""
    repository = Repository(account_with(answers), "My-Site")
    with pytest.raises(BuildFailed, match="push did not succeed") as raised:
        repository.pushed(tool(tmp_path, tmp_path / "broken"), "localhost/image", "today")
    assert PASSWORD not in str(raised.value)
