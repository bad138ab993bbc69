"""The supply of AWS: zips in the stack's bucket, the image in its repository.

Building needs AWS SAM, which has an environment of its own (`ship.build`), made only where
something is deployed to AWS.
"""

import copy
import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local import environment
from local.place import ROOT
from local.template import LAYER, Template
from ship.account import Account
from ship.asking import Say
from ship.bucket import Bucket
from ship.errors import BuildFailed
from ship.registry import Repository
from ship.supply import Supply


@dataclass(frozen=True, slots=True)
class Built:
    """What was built on this computer."""

    zips: Mapping[str, Path]
    """By the names of the functions and layers in the template."""
    tool: tuple[str, ...]
    """The program that holds the image, with its options."""
    image: str


def aws_supply() -> Supply:
    """Return the supply of Lambda."""

    def code(source: Template, bucket: Bucket, parameters: Mapping[str, str], say: Say) -> Template:
        return uploaded(source, bucket, _built(source, parameters, say), say)

    return Supply(code, afterwards=_nothing, clear=_clear, running=running, prune=_prune)


def running(account: Account, source: Template, names: Mapping[str, str]) -> frozenset[str]:
    """Return the digests of the images that the stack's functions run.

    `names` are the live functions' by what the template calls them.
    """
    functions = account.client("lambda")
    images = [name for name, resource in source["Resources"].items() if _is_image(resource)]
    places = [
        functions.get_function(FunctionName=names[name])["Code"]["ResolvedImageUri"]
        for name in images
        if name in names
    ]
    return frozenset(str(place).partition("@")[2] for place in places)


def uploaded(source: Template, bucket: Bucket, built: Built, say: Say) -> Template:
    """Upload what was built, and return the template with its places. Raises BuildFailed."""
    say("Uploading the code …")
    bucket.make_sure()
    named = copy.deepcopy(source)
    for name, archive in built.zips.items():
        content = archive.read_bytes()
        key = f"{name}-{hashlib.sha256(content).hexdigest()[:16]}.zip"
        bucket.keep(key, content)
        resource = named["Resources"][name]
        place = {"Bucket": bucket.name, "Key": key}
        resource["Properties"]["ContentUri" if resource["Type"] == LAYER else "CodeUri"] = place
    images = [name for name, resource in named["Resources"].items() if _is_image(resource)]
    repository = Repository(bucket.account, bucket.stack)
    tag = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    address = repository.pushed(built.tool, built.image, tag)
    for name in images:
        named["Resources"][name]["Properties"]["ImageUri"] = address
    for resource in named["Resources"].values():
        if resource["Type"].startswith("AWS::Serverless::"):
            resource.pop("Metadata", None)  # how it is built: CloudFormation does not ask
    return named


def _built(source: Template, parameters: Mapping[str, str], say: Say) -> Built:
    """Build, in the environment that can. Raises BuildFailed and LocalError."""

    def value(name: str) -> str:
        return parameters.get(name, str(source["Parameters"][name]["Default"]))

    python, _lock = environment.ready(environment.ENVIRONMENTS["ship"], say)
    command = [str(python), "-m", "ship.build"]
    command += ["--architecture", value("Architecture"), "--model", value("ModelDir")]
    done = subprocess.run(  # noqa: S603  # our own interpreter
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailed("Nothing was deployed: what is to be shipped could not be built.")
    told = json.loads(done.stdout.splitlines()[-1])
    zips = {name: Path(path) for name, path in told["zips"].items()}
    return Built(zips, tuple(told["tool"]), told["image"])


def _is_image(resource: Mapping[str, Any]) -> bool:
    return bool(resource.get("Properties", {}).get("PackageType") == "Image")


def _nothing(_account: Account, _source: Template, _stack: str) -> None:
    """AWS's own CloudFormation leaves nothing out."""


def _prune(bucket: Bucket, kept: frozenset[str], say: Say) -> None:
    Repository(bucket.account, bucket.stack).prune(kept, say)


def _clear(bucket: Bucket) -> None:
    bucket.delete()
    Repository(bucket.account, bucket.stack).delete()
