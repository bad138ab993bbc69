"""What is kept in `deploy.toml` of a deployment, and of which one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ship import command_line
from ship.asking import Asker
from ship.settings_file import Told, read, write
from ship.shipment import Shipment
from ship.stack import Stack
from ship.supply import Supply
from tests.ship.clients import REGION, Answers, account_with

OF_A_SITE = Told("site", REGION, None, {"Domain": "reviews.example.org"})


def remembered(
    path: Path, monkeypatch: pytest.MonkeyPatch, *words: str, stack: str = "site"
) -> Mapping[str, str]:
    """Deploy as far as remembering goes; return the parameters that were told."""

    def deploy(
        _shipment: Any, _wishes: Any, _now: Any, remember: Callable[[Mapping[str, str]], None]
    ) -> None:
        remember({"SiteName": "Mine", "DailyCeiling": "7", "Architecture": "arm64"})

    monkeypatch.setattr(command_line, "deploy", deploy)
    options = command_line.parser().parse_args(["--settings", str(path), *words])
    told = command_line._told(options)
    account = account_with(Answers())
    shipment = Shipment(
        account=account,
        stack=Stack(account, stack),
        source={"Parameters": {"SiteName": {}, "DailyCeiling": {}, "Architecture": {}}},
        supply=Supply(lambda *_: {}, lambda *_: None, lambda _: None),
        asker=Asker(lambda _question: "", is_unattended=True),
        say=lambda _sentence: None,
        told=told.parameters,
    )
    command_line._deploy(shipment, options)
    return told.parameters


def test_a_first_deployment_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked and told, and where the site is; what was only worked out is not."""
    path = tmp_path / "deploy.toml"
    remembered(
        path, monkeypatch, "--stack", "trial", "deploy", "--set", "DailyCeiling=7", stack="trial"
    )
    assert read(path) == Told("trial", REGION, None, {"SiteName": "Mine", "DailyCeiling": "7"})


def test_the_next_deployment_of_the_site_is_remembered_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what the file said."""
    path = tmp_path / "deploy.toml"
    write(path, OF_A_SITE)
    told = remembered(path, monkeypatch, "--stack", "site", "deploy", "--set", "DailyCeiling=7")
    assert told == {"Domain": "reviews.example.org", "DailyCeiling": "7"}
    assert read(path).parameters["DailyCeiling"] == "7"


@pytest.mark.parametrize("place", [("--stack", "trial"), ("--region", "us-east-1")])
def test_another_site_neither_takes_the_file_nor_overwrites_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: tuple[str, str]
) -> None:
    """Tried once, a trial stack has not the domain of the site, nor the site the trial's name."""
    path = tmp_path / "deploy.toml"
    write(path, OF_A_SITE)
    told = remembered(path, monkeypatch, *place, "deploy", "--site-name", "Mine", stack="trial")
    assert told == {"SiteName": "Mine"}
    assert read(path) == OF_A_SITE


def test_a_file_that_names_no_stack_is_the_usual_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one written by hand."""
    path = tmp_path / "deploy.toml"
    write(path, Told(parameters={"Domain": "reviews.example.org"}))
    assert remembered(path, monkeypatch, "--stack", "trial", "deploy", stack="trial") == {}
    assert read(path).stack is None
