"""The ECR repository beside the stack that holds the writing function's image.

The image is pushed by the tool that built it. The registry's password goes to the tool's input, and
what the tool makes of it into a folder that is deleted at once.
"""

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ship.account import Account
from ship.errors import BuildFailed

_KEPT_IMAGES = 5
"""CloudFormation takes the one before where it undoes an update; more are for the operator."""
_LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {
                "tagStatus": "any",
                "countType": "imageCountMoreThan",
                "countNumber": _KEPT_IMAGES,
            },
            "action": {"type": "expire"},
        }
    ]
}
_LINES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository of one stack."""

    account: Account
    stack: str

    @property
    def name(self) -> str:
        """Its name; ECR takes lower case alone."""
        return self.stack.lower()

    def make_sure(self) -> str:
        """Make the repository where it is missing, and return its address."""
        registry = self.account.client("ecr")
        try:
            made = registry.create_repository(
                repositoryName=self.name, imageScanningConfiguration={"scanOnPush": True}
            )
            address = str(made["repository"]["repositoryUri"])
        except registry.exceptions.RepositoryAlreadyExistsException:
            found = registry.describe_repositories(repositoryNames=[self.name])
            address = str(found["repositories"][0]["repositoryUri"])
        registry.put_lifecycle_policy(
            repositoryName=self.name, lifecyclePolicyText=json.dumps(_LIFECYCLE)
        )
        return address

    def pushed(self, tool: Sequence[str], image: str, tag: str) -> str:
        """Push a local image, and return the address of exactly this one. Raises BuildFailed.

        `tool` is docker, podman or buildah, with the options that it was built with.
        """
        address = self.make_sure()
        target = f"{address}:{tag}"
        with tempfile.TemporaryDirectory() as folder:
            environment = _forgetful(Path(folder))
            login = ["login", "--username", "AWS", "--password-stdin", address.partition("/")[0]]
            _run([*tool, *login], environment, self._password())
            _run([*tool, "tag", image, target], environment)
            _run([*tool, "push", target], environment)
        found = self.account.client("ecr").describe_images(
            repositoryName=self.name, imageIds=[{"imageTag": tag}]
        )
        return f"{address}@{found['imageDetails'][0]['imageDigest']}"

    def delete(self) -> None:
        """Delete the repository and its images, where it is."""
        registry = self.account.client("ecr")
        try:
            registry.delete_repository(repositoryName=self.name, force=True)
        except registry.exceptions.RepositoryNotFoundException:
            return

    def _password(self) -> str:
        answer = self.account.client("ecr").get_authorization_token()
        token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode()
        return token.partition(":")[2]


def _forgetful(folder: Path) -> dict[str, str]:
    """Return an environment in which the tools keep passwords in this folder alone."""
    return {
        **os.environ,
        "DOCKER_CONFIG": str(folder),
        "REGISTRY_AUTH_FILE": str(folder / "auth.json"),  # podman's and buildah's
    }


def _run(command: Sequence[str], environment: dict[str, str], typed: str = "") -> None:
    done = subprocess.run(  # noqa: S603  # the tool that built the image
        command, env=environment, input=typed, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = (done.stdout + done.stderr).strip().splitlines()[-_LINES_SHOWN:]
        step = next(word for word in command if word in {"login", "tag", "push"})
        raise BuildFailed(
            f"{command[0]} {step} did not succeed: look at the network, and run the same again. "
            "It said:\n  " + "\n  ".join(words)
        )
