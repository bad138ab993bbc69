"""The ECR repository beside the stack that holds the writing function's image.

The image is pushed by the tool that built it. The registry's password goes to the tool's input, and
what the tool makes of it into a folder that is deleted at once. No rule of ECR's own deletes
images: it would count those that were pushed and never deployed, and one day hit the one that runs.
"""

import base64
import os
import subprocess
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ship.account import Account
from ship.asking import Say
from ship.errors import BuildFailed
from ship.refusals import Refused

_MARK = {"Key": "application", "Value": "art-review-generator"}
"""The tag of all that belongs to the project, as in the template."""
_MOST_AT_ONCE = 100
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
        """Make the repository where it is missing, and return its address. Raises Refused."""
        registry = self.account.client("ecr")
        try:
            made = registry.create_repository(
                repositoryName=self.name,
                imageScanningConfiguration={"scanOnPush": True},
                tags=[_MARK],
            )
            return str(made["repository"]["repositoryUri"])
        except registry.exceptions.RepositoryAlreadyExistsException:
            found = self._found()
        if not self._is_ours(found):
            raise Refused(
                f"The ECR repository {self.name} in {self.account.region} was not made by this "
                "project, so it is left alone: give another --stack, or, if it is yours to use, "
                f"mark it: aws ecr tag-resource --resource-arn {found['repositoryArn']} --tags "
                f"Key={_MARK['Key']},Value={_MARK['Value']}"
            )
        return str(found["repositoryUri"])

    def pushed(self, tool: Sequence[str], image: str, tag: str) -> str:
        """Push a local image, and return the address of exactly this one. Raises BuildFailed.

        `tool` is docker, podman or buildah, with the options that it was built with.
        """
        address = self.make_sure()
        target = f"{address}:{tag}"
        with tempfile.TemporaryDirectory() as folder:
            environment = _forgetful(Path(folder), tool)
            login = ["login", "--username", "AWS", "--password-stdin", address.partition("/")[0]]
            _run([*tool, *login], environment, self._password())
            _run([*tool, "tag", image, target], environment)
            _run([*tool, "push", target], environment)
        found = self.account.client("ecr").describe_images(
            repositoryName=self.name, imageIds=[{"imageTag": tag}]
        )
        return f"{address}@{found['imageDetails'][0]['imageDigest']}"

    def prune(self, kept: Collection[str], say: Say) -> None:
        """Delete all images but those of these digests; one that cannot be deleted is told."""
        registry = self.account.client("ecr")
        pages = registry.get_paginator("describe_images").paginate(repositoryName=self.name)
        digests = {str(one["imageDigest"]) for page in pages for one in page["imageDetails"]}
        old = [{"imageDigest": digest} for digest in sorted(digests - set(kept))]
        for start in range(0, len(old), _MOST_AT_ONCE):
            done = registry.batch_delete_image(
                repositoryName=self.name, imageIds=old[start : start + _MOST_AT_ONCE]
            )
            for failure in done.get("failures", []):
                say(f"An old image stays in ECR: {failure.get('failureReason', 'no reason given')}")

    def delete(self) -> None:
        """Delete the repository and its images, where it is and is ours."""
        registry = self.account.client("ecr")
        try:
            if self._is_ours(self._found()):
                registry.delete_repository(repositoryName=self.name, force=True)
        except registry.exceptions.RepositoryNotFoundException:
            return

    def _found(self) -> dict[str, Any]:
        """Return how the repository is. Raises ECR's own error where there is none."""
        registry = self.account.client("ecr")
        found = registry.describe_repositories(repositoryNames=[self.name])
        repository: dict[str, Any] = found["repositories"][0]
        return repository

    def _is_ours(self, found: dict[str, Any]) -> bool:
        registry = self.account.client("ecr")
        tags = registry.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
        return _MARK in tags

    def _password(self) -> str:
        answer = self.account.client("ecr").get_authorization_token()
        token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode()
        return token.partition(":")[2]


def _forgetful(folder: Path, tool: Sequence[str]) -> dict[str, str]:
    """Return an environment in which the tools keep passwords in this folder alone.

    Docker keeps its contexts where it keeps its passwords, so it is told where its daemon listens.
    """
    return {
        **_daemon(tool),
        **os.environ,  # a DOCKER_HOST of the operator's goes before her context, as with docker
        "DOCKER_CONFIG": str(folder),
        "REGISTRY_AUTH_FILE": str(folder / "auth.json"),  # podman's and buildah's
    }


def _daemon(tool: Sequence[str]) -> dict[str, str]:
    """Return where the daemon of docker's context listens; nothing for what has no contexts."""
    if Path(tool[0]).name != "docker":
        return {}
    words = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]
    done = subprocess.run(  # noqa: S603  # as below
        [*tool, *words], capture_output=True, text=True, check=False
    )
    host = done.stdout.strip()
    return {"DOCKER_HOST": host} if host and not done.returncode else {}


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
