"""The programs that build and run an image: docker or podman, or buildah where neither answers.

buildah needs no daemon and no container runtime: as root it builds and runs in a chroot. It has a
store of its own, in the folder of everything that shipping makes.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.place import ROOT
from ship.errors import BuildFailed, ToolMissing
from ship.processors import own_architecture
from ship.zips import SCRATCH

_DOCKERFILE = ROOT / "functions" / "generate" / "Dockerfile"
_CERTIFICATES = "/etc/ssl/certs"
_LINES_SHOWN = 15
_PLATFORMS = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}


@dataclass(frozen=True, slots=True)
class Builder:
    """A program that builds images."""

    name: str
    program: tuple[str, ...]
    """How its commands begin."""

    @property
    def is_buildah(self) -> bool:
        """Whether it works without a daemon, in a chroot."""
        return self.name == "buildah"

    def said(self, *arguments: str) -> str:
        """Run one of its commands, and return what it printed. Raises BuildFailed."""
        done = subprocess.run(  # noqa: S603  # a program that was looked for by name
            [*self.program, *arguments],
            cwd=ROOT,
            # Lambda takes no image whose index holds attestations, as buildx makes them.
            env={**os.environ, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            words = (done.stdout + done.stderr).strip().splitlines()[-_LINES_SHOWN:]
            command = f"{self.name} {arguments[0]}"
            raise BuildFailed(f"{command} did not succeed. It said:\n  " + "\n  ".join(words))
        return done.stdout.strip()

    def build(self, tag: str, architecture: str, arguments: Mapping[str, str]) -> None:
        """Build the Dockerfile of `generate`. Raises BuildFailed."""
        options = [f"--build-arg={name}={text}" for name, text in arguments.items()]
        if self.is_buildah:
            # What this computer trusts counts during the build, and stays out of the image.
            options += ["--isolation=chroot", f"--volume={_CERTIFICATES}:{_CERTIFICATES}:ro"]
        else:
            options += [f"--platform={_PLATFORMS[architecture]}"]
        if self.name != "docker":
            options += ["--format=docker"]
        self.said("build", *options, "--file", str(_DOCKERFILE), "--tag", tag, str(ROOT))

    def has(self, tag: str) -> bool:
        """Return whether there is an image of this name."""
        return bool(self.said("images", "--quiet", "--filter", f"reference={tag}"))

    def start(
        self, tag: str, environment: Mapping[str, str], output: Path
    ) -> "subprocess.Popen[bytes]":
        """Start the image's own command on this computer's network, its words into a file."""
        variables = [f"--env={name}={text}" for name, text in environment.items()]
        if self.is_buildah:
            own = self._own_command(tag)  # first: where it fails, no container is left behind
            container = self.said("from", "--name", _container(tag), tag)
            command = ["run", "--isolation=chroot", *variables, container, "--", *own]
        else:
            command = ["run", "--rm", "--name", _container(tag), "--network=host", *variables, tag]
        with output.open("wb") as words:
            return subprocess.Popen(  # noqa: S603  # as above
                [*self.program, *command], stdin=subprocess.DEVNULL, stdout=words, stderr=words
            )

    def end(self, tag: str, process: "subprocess.Popen[bytes]") -> None:
        """End what `start` began, and remove its container."""
        process.terminate()
        process.wait()
        self.said("rm", *([] if self.is_buildah else ["--force"]), _container(tag))

    def save(self, tag: str, into: Path) -> None:
        """Write the image into one file. Raises BuildFailed."""
        if self.is_buildah:
            self.said("push", tag, f"docker-archive:{into}")
        else:
            self.said("save", "--output", str(into), tag)

    def _own_command(self, tag: str) -> list[str]:
        """Return the entry point and the command that the image names."""
        own = json.loads(self.said("inspect", "--type=image", tag))["OCIv1"]["config"]
        return [*own.get("Entrypoint", []), *own.get("Cmd", [])]


def choose() -> Builder:
    """Return the first of docker, podman and buildah that can build here. Raises ToolMissing."""
    for name in ("docker", "podman"):
        path = shutil.which(name)
        if path and _answers([path, "info"]):
            return Builder(name, (path,))
    path = shutil.which("buildah")
    if path and os.geteuid() == 0:
        return Builder("buildah", _with_own_store(path))
    reason = "buildah needs root" if path else "there is no buildah"
    raise ToolMissing(
        f"No image can be built here: no docker or podman answers, and {reason}. Start Docker, or "
        "on Debian and Ubuntu run this as root after: apt install buildah debootstrap"
    )


def choose_for(architecture: str) -> Builder:
    """Return what can build an image for this processor here. Raises ToolMissing, NotShippable.

    docker and podman emulate another processor, where that is set up, and say so where it is not.
    buildah's chroot runs what this computer's own processor runs.
    """
    builder = choose()
    if builder.is_buildah and architecture != own_architecture():
        raise ToolMissing(
            f"buildah builds images for this computer's processor alone ({own_architecture()}), "
            f"and this one is to run on {architecture}: give --set Architecture="
            f"{own_architecture()}, start Docker or podman, or go to a computer that is one."
        )
    return builder


def _with_own_store(path: str) -> tuple[str, ...]:
    store = SCRATCH / "images"
    return (path, "--root", str(store), "--runroot", str(store / "run"), "--storage-driver", "vfs")


def _answers(command: Sequence[str]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # as above
    return done.returncode == 0


def _container(tag: str) -> str:
    return "trial-of-" + tag.rpartition("/")[2].replace(":", "-")
