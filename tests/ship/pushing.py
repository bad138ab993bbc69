"""A push of an image: what ECR answers, and a program in place of docker."""

import base64
import sys
from pathlib import Path

from tests.ship.clients import NUMBER, REGION, Answers

ARN = f"arn:aws:ecr:{REGION}:{NUMBER}:repository/my-site"
OURS = [{"Key": "application", "Value": "art-review-generator"}]
ADDRESS = f"{NUMBER}.dkr.ecr.{REGION}.amazonaws.com/my-site"
DIGEST = "sha256:" + "0" * 64
PASSWORD = "a-secret"
TOOL = """
import json, os, sys
if "context" in sys.argv:
    print("unix:///home/me/.colima/docker.sock")
    sys.exit(1 if "CONTEXTLESS" in os.environ else 0)
call = {
    "words": sys.argv[2:],
    "typed": sys.stdin.read(),
    "config": os.environ["DOCKER_CONFIG"],
    "host": os.environ.get("DOCKER_HOST"),
}
with open(sys.argv[1], "a") as log:
    log.write(json.dumps(call) + "\\n")
sys.exit(1 if "push" in sys.argv and "broken" in sys.argv[1] else 0)
"""


def ecr_answers() -> Answers:
    """Return ECR's answers to one push into a repository that exists."""
    made = Answers()
    ecr = made.of("ecr")
    ecr.add_client_error("create_repository", "RepositoryAlreadyExistsException")
    standing_repository(made, OURS)
    token = base64.b64encode(f"AWS:{PASSWORD}".encode()).decode()
    ecr.add_response(
        "get_authorization_token", {"authorizationData": [{"authorizationToken": token}]}
    )
    ecr.add_response("describe_images", {"imageDetails": [{"imageDigest": DIGEST}]})
    return made


def standing_repository(answers: Answers, tags: list[dict[str, str]]) -> None:
    """Have ECR tell once of the repository, and of its tags."""
    ecr = answers.of("ecr")
    found = {"repositoryUri": ADDRESS, "repositoryArn": ARN}
    ecr.add_response("describe_repositories", {"repositories": [found]})
    ecr.add_response("list_tags_for_resource", {"tags": tags}, {"resourceArn": ARN})


def tool(folder: Path, log: Path) -> list[str]:
    """Return a program that notes how it is called, in place of docker."""
    program = folder / "tool.py"
    program.write_text(TOOL)
    return [sys.executable, str(program), str(log)]


def docker(folder: Path, log: Path) -> list[str]:
    """Return such a program under docker's own name, with a context of its own."""
    program = folder / "docker"
    words = " ".join(tool(folder, log))
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    program.chmod(0o755)
    return [str(program)]
