"""The image goes to ECR; the registry's password goes nowhere but into the tool."""

import json
from pathlib import Path

import pytest

from ship.errors import BuildFailed
from ship.refusals import Refused
from ship.registry import Repository
from tests.ship.clients import Answers, account_with
from tests.ship.pushing import (
    ADDRESS,
    ARN,
    DIGEST,
    OURS,
    PASSWORD,
    docker,
    ecr_answers,
    standing_repository,
    tool,
)


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


@pytest.mark.parametrize(
    ("variables", "host"),
    [
        ({}, "unix:///home/me/.colima/docker.sock"),
        ({"DOCKER_HOST": "tcp://127.0.0.1:2375"}, "tcp://127.0.0.1:2375"),
        ({"CONTEXTLESS": "yes"}, None),
    ],
)
def test_docker_is_pushed_with_from_the_daemon_of_its_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], host: str | None
) -> None:
    """Its contexts lie beside its passwords, where it is kept from; DOCKER_HOST goes before."""
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    log = tmp_path / "calls"
    repository = Repository(account_with(ecr_answers()), "My-Site")
    repository.pushed(docker(tmp_path, log), "localhost/image", "today")
    assert {json.loads(line)["host"] for line in log.read_text().splitlines()} == {host}


def test_a_new_repository_is_marked_and_deletes_nothing_by_itself() -> None:
    """A rule of ECR's own would count what was pushed and never ran."""
    answers = Answers()
    made = {
        "repositoryName": "my-site",
        "imageScanningConfiguration": {"scanOnPush": True},
        "tags": OURS,
    }
    repository = {"repository": {"repositoryUri": ADDRESS}}
    answers.of("ecr").add_response("create_repository", repository, made)
    assert Repository(account_with(answers), "My-Site").make_sure() == ADDRESS


def test_a_strangers_repository_is_left_alone() -> None:
    """Nothing is pushed into it, and it is not deleted with the site."""
    answers = Answers()
    ecr = answers.of("ecr")
    ecr.add_client_error("create_repository", "RepositoryAlreadyExistsException")
    standing_repository(answers, [{"Key": "application", "Value": "shop"}])
    repository = Repository(account_with(answers), "My-Site")
    with pytest.raises(Refused, match=f"was not made by this project.*--resource-arn {ARN}"):
        repository.make_sure()
    standing_repository(answers, [])
    repository.delete()
    ecr.assert_no_pending_responses()


def test_our_repository_goes_with_the_site() -> None:
    """And one that is gone already is no error."""
    answers = Answers()
    standing_repository(answers, OURS)
    ecr = answers.of("ecr")
    ecr.add_response("delete_repository", {}, {"repositoryName": "my-site", "force": True})
    ecr.add_client_error("describe_repositories", "RepositoryNotFoundException")
    repository = Repository(account_with(answers), "My-Site")
    repository.delete()
    repository.delete()
    ecr.assert_no_pending_responses()


def test_old_images_go_but_for_those_that_are_kept() -> None:
    """One that ECR does not delete is told."""
    answers = Answers()
    ecr = answers.of("ecr")
    images = [{"imageDigest": f"sha256:{letter}"} for letter in "abcd"]
    ecr.add_response("describe_images", {"imageDetails": images})
    wanted = {
        "repositoryName": "my-site",
        "imageIds": [{"imageDigest": "sha256:a"}, {"imageDigest": "sha256:d"}],
    }
    failure = {"failureReason": "A list refers to it."}
    ecr.add_response("batch_delete_image", {"failures": [failure]}, wanted)
    said: list[str] = []
    Repository(account_with(answers), "My-Site").prune({"sha256:b", "sha256:c"}, said.append)
    assert said == ["An old image stays in ECR: A list refers to it."]
    ecr.assert_no_pending_responses()
