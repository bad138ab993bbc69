"""A model's name on the hub stands for its files, and only for those that cannot run."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from training.elsewhere.hub import local_folder
from training.errors import CheckpointError, SettingsError


class HubInAFolder:
    """Answers with a folder that holds those of its files whose names were asked for."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self._folder = folder
        self._names = names

    def __call__(self, name: str, patterns: Sequence[str]) -> Path:
        """Note what was asked for, and have it."""
        self.asked.append((name, tuple(patterns)))
        for file in self._names:
            if any(Path(file).match(pattern) for pattern in patterns):
                (self._folder / file).touch()
        return self._folder


def test_a_folder_is_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there is never looked for elsewhere."""
    hub = HubInAFolder(tmp_path, [])
    (tmp_path / "gpt2").mkdir()
    monkeypatch.chdir(tmp_path)
    assert local_folder("gpt2", hub) == Path("gpt2")
    assert hub.asked == []


@pytest.mark.parametrize("source", ["./missing", "/missing", "a/b/c", "my.json"])
def test_a_path_that_is_not_there_is_no_name(source: str, tmp_path: Path) -> None:
    """It is refused as `finetune --from` refuses it, and the hub is not asked."""
    hub = HubInAFolder(tmp_path, [])
    with pytest.raises(SettingsError, match="give a folder, or a name on the hub"):
        local_folder(source, hub)
    assert hub.asked == []


def test_safetensors_are_preferred(tmp_path: Path) -> None:
    """Where a model has them its pickle is not fetched."""
    hub = HubInAFolder(tmp_path, ["config.json", "model.safetensors", "pytorch_model.bin", "x.py"])
    assert local_folder("someone/art-critic", hub) == tmp_path
    assert {path.name for path in tmp_path.iterdir()} == {"config.json", "model.safetensors"}


def test_without_them_the_pickle_is_fetched(tmp_path: Path) -> None:
    """It is opened as weights only."""
    hub = HubInAFolder(tmp_path, ["config.json", "merges.txt", "pytorch_model.bin"])
    local_folder("distilgpt2", hub)
    assert (tmp_path / "pytorch_model.bin").is_file()
    assert [name for name, _ in hub.asked] == ["distilgpt2", "distilgpt2"]


def test_a_hub_out_of_reach_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The error says what to give instead."""

    def unreachable(*_: object, **__: object) -> str:
        raise OSError("no route\nto it")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("training.elsewhere.hub.snapshot_download", unreachable)
    with pytest.raises(CheckpointError, match=r"\(no route to it\): give a folder"):
        local_folder("someone/art-critic")
