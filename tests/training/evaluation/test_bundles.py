"""A base model is a folder or a name on the hub, as everywhere else."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from training.errors import SettingsError
from training.evaluation.bundles import base_folder


def test_a_base_is_a_folder_or_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is here is taken; else it is asked for by its name; what can be neither is told."""
    asked: list[str] = []

    def fetch(name: str, patterns: Sequence[str]) -> Path:
        asked.append(name)
        (tmp_path / "model.safetensors").touch()
        return tmp_path

    monkeypatch.chdir(tmp_path)
    assert base_folder("openai-community/gpt2-medium", fetch) == tmp_path
    assert asked == ["openai-community/gpt2-medium"]
    (tmp_path / "gpt2").mkdir()
    assert base_folder("gpt2", fetch) == Path("gpt2")
    for nowhere in ("./none", "/none", "a/b/c"):
        with pytest.raises(SettingsError, match=r"there is no .*: give a folder, or a name"):
            base_folder(nowhere, fetch)
    assert len(asked) == 1
