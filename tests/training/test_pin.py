"""A bundle from before there were floors gets those that its export would have pinned."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from functions.generate.bundle import load_bundle
from training.__main__ import main
from training.errors import FloorError
from training.pin import pin


def _facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "bundle.json").read_text("utf-8"))
    return facts


@pytest.fixture
def unpinned(bundle_folder: Path, tmp_path: Path) -> Path:
    """Return the bundle as it was exported before there were floors."""
    folder = tmp_path / "model"
    shutil.copytree(bundle_folder, folder)
    facts = _facts(folder)
    del facts["floors"], facts["written"], facts["held_out"]["text"], facts["held_out"]["unseen"]
    (folder / "bundle.json").write_text(json.dumps(facts))
    return folder


def test_what_is_pinned_is_what_the_export_pins(
    unpinned: Path,
    bundle_folder: Path,
    prepared_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The description is the export's again, and the bundle is whole; a second time is refused."""
    assert main(["pin", "--bundle", str(unpinned), "--data", str(prepared_folder)]) == 0
    assert "bits_per_character at most" in capsys.readouterr().out
    assert _facts(unpinned) == _facts(bundle_folder)
    assert load_bundle(unpinned).name == "tiny"
    with pytest.raises(FloorError, match="has floors already"):
        pin(unpinned, prepared_folder)


def test_a_description_that_cannot_be_written_is_one_line(
    unpinned: Path, prepared_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bundle stays as it was."""
    before = _facts(unpinned)
    (unpinned / ".bundle.json.new").mkdir()
    assert main(["pin", "--bundle", str(unpinned), "--data", str(prepared_folder)]) == 2
    error = capsys.readouterr().err
    assert "bundle.json cannot be written (Is a directory)" in error
    assert error.count("\n") == 1
    assert _facts(unpinned) == before


def test_figures_of_another_text_are_not_pinned(unpinned: Path, prepared_folder: Path) -> None:
    """The error tells both sizes; a bundle without figures, or a damaged one, is refused too."""
    facts = _facts(unpinned)
    for held_out, message in (
        (facts["held_out"] | {"tokens": 64}, r"measured on 64 held-out tokens, and .* has"),
        (None, "has no held-out figures"),
    ):
        (unpinned / "bundle.json").write_text(json.dumps(facts | {"held_out": held_out}))
        with pytest.raises(FloorError, match=message):
            pin(unpinned, prepared_folder)
    (unpinned / "tokenizer.json").write_text("{}")
    with pytest.raises(FloorError, match=r"cannot be pinned: .*is damaged"):
        pin(unpinned, prepared_folder)
