"""What is built for AWS is what the template asks for: its bundle, and its processor."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local import deploy, template
from ship import aws_supply, build
from ship.builders import Builder
from ship.image import Image
from ship.zips import Artefact
from tests.ship.test_zips import artefact, elf

X86_64 = 0x3E
DOCKER = Builder("docker", ("docker",))
WORDS = ["ship.build", "--architecture", "arm64", "--model", "functions/generate/mine"]


def built_by(monkeypatch: pytest.MonkeyPatch, zipped: Artefact) -> list[Mapping[str, str]]:
    """Have everything built without a builder; return the arguments that the image gets."""
    arguments: list[Mapping[str, str]] = []

    def build_image(_builder: Builder, architecture: str, given: Any, _say: Any) -> Image:
        arguments.append(given)
        return Image(DOCKER, "localhost/image", architecture)

    monkeypatch.setattr("sys.argv", WORDS)
    monkeypatch.setattr(build, "choose_for", lambda _architecture: DOCKER)
    monkeypatch.setattr(build, "build_zips", lambda *_: (zipped,))
    monkeypatch.setattr(build, "build_image", build_image)
    return arguments


def test_the_image_is_built_with_the_bundle_that_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It reaches the Dockerfile, where a bundle that is missing stops the build."""
    arguments = built_by(monkeypatch, artefact(tmp_path, "Render", {"a.so": elf(0xB7)}))
    assert build.main() == 0
    assert arguments == [{"MODEL_DIR": "functions/generate/mine"}]
    assert json.loads(capsys.readouterr().out)["image"] == "localhost/image"


def test_a_zip_for_another_processor_is_not_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lambda would tell so at the first visitor's."""
    built_by(monkeypatch, artefact(tmp_path, "Render", {"a.so": elf(X86_64)}))
    assert build.main() == 2
    assert "Render is to run on arm64" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, ["arm64", "functions/generate/model"]),
        (
            {"Architecture": "x86_64", "ModelDir": "functions/generate/mine"},
            ["x86_64", "functions/generate/mine"],
        ),
    ],
)
def test_a_deployment_builds_what_its_parameters_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str], told: list[str]
) -> None:
    """And what the template says where they say nothing."""
    program = tmp_path / "python"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        "print(json.dumps({'zips': {}, 'tool': sys.argv[1:], 'image': ''}))\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr("local.environment.ready", lambda *_: (program, 0))
    source = template.read(deploy.TEMPLATE)
    built = aws_supply._built(source, parameters, lambda _sentence: None)
    assert built.tool == ("-m", "ship.build", "--architecture", told[0], "--model", told[1])
