"""A push of an image: what ECR answers, and a program in place of docker."""

import base64
import sys
from pathlib import Path

from tests.ship.clients import NUMBER, REGION, Answers

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


def ecr_answers() -> Answers:
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
