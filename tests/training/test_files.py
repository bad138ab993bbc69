"""A folder is whole or not there, also where the disk fills."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tests.training.books import write_reviews
from tests.training.full_disk import full_disk
from training.errors import StorageError
from training.files import put_back, whole_folder, writing
from training.gathering import Sources
from training.prepare import PrepareSettings, prepare_corpus
from training.tokenizer import learn_tokenizer

WRITERS: dict[str, Callable[[Path], object]] = {
    "Python": lambda path: path.write_bytes(bytes(100_000)),
    "NumPy": lambda path: np.save(path, np.zeros(100_000)),
    "PyTorch": lambda path: torch.save(torch.zeros(100_000), path),
    "safetensors": lambda path: save_file({"a": torch.zeros(100_000)}, path),
    "tokenizers": lambda path: learn_tokenizer(["a text"], 257).save(str(path)),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_is_one_clear_error(writer: str, tmp_path: Path) -> None:
    """Each library tells it in its own way; the operator reads the same line."""
    target = tmp_path / "file.npy"
    with (
        full_disk(2000),
        pytest.raises(StorageError, match=r"file\.npy cannot be written .*make room"),
        writing(target),
    ):
        WRITERS[writer](target)


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    """A defect is not called a full disk."""
    for error in (ValueError("no"), FileNotFoundError(2, "No such file")):
        with pytest.raises(type(error)), writing(tmp_path):
            raise error


def test_a_full_disk_leaves_the_folder_of_last_time(tmp_path: Path) -> None:
    """What was there is whole, and nothing half-written lies beside it."""
    with whole_folder(tmp_path / "out") as staging:
        (staging / "a").write_text("old")
    with full_disk(2000), pytest.raises(StorageError), whole_folder(tmp_path / "out") as staging:
        WRITERS["Python"](staging / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == {"a": "old"}


def _write(target: Path, text: str) -> None:
    with whole_folder(target) as staging:
        (staging / "a").write_text(text)


def _kill_between_the_renames(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave on disk what a kill leaves after the old folder is aside and before the new one is in.

    A rename that ends the process would end the test too, so it raises; nothing is cleaned up then.
    """
    rename = Path.rename

    def killed(path: Path, to: Path) -> Path:
        if path.name.endswith(".new"):
            raise KeyboardInterrupt
        return rename(path, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            _write(target, "new")
    assert {path.name for path in target.parent.iterdir()} == {".out.old", ".out.new"}


def test_a_kill_between_the_renames_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of last time is back in its place before anybody looks, and only then."""
    target = tmp_path / "out"
    put_back(target)
    assert not target.exists()
    _write(target, "old")
    _kill_between_the_renames(target, monkeypatch)
    put_back(target)
    assert (target / "a").read_text() == "old"
    put_back(target)
    assert (target / "a").read_text() == "old"


def test_writing_after_such_a_kill_keeps_the_old_folder_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the next attempt fails, the folder of last time is there; else the new one."""
    target = tmp_path / "out"
    _write(target, "old")
    _kill_between_the_renames(target, monkeypatch)
    with pytest.raises(ValueError, match="no"), whole_folder(target):
        raise ValueError("no")
    assert (target / "a").read_text() == "old"
    _kill_between_the_renames(target, monkeypatch)
    _write(target, "newer")
    assert (target / "a").read_text() == "newer"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_preparing_on_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """The error names the folder."""
    sources = Sources(reviews=(write_reviews(tmp_path / "a.csv", range(10)),))
    with full_disk(2000), pytest.raises(StorageError, match="out cannot be written"):
        prepare_corpus(sources, tmp_path / "out", PrepareSettings(vocabulary=300))
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
