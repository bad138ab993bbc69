"""A prepared folder is whole, or the error names what is not."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from training.errors import PreparedError
from training.prepared import documents_in, open_prepared


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tokenizer.json", r"tokenizer\.json is not a tokenizer \(.+\): prepare again"),
        ("manifest.json", r"manifest\.json is not a manifest \(.+\): prepare again"),
        ("train.npy", r"train\.npy is not a token shard \(.+\): prepare again"),
    ],
)
def test_a_truncated_file_is_one_clear_error(
    name: str, message: str, prepared_folder: Path, tmp_path: Path
) -> None:
    """Cut off in the middle, each file is named, with what to do."""
    folder = tmp_path / "prepared"
    shutil.copytree(prepared_folder, folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(PreparedError, match=message):
        open_prepared(folder)


def test_documents_stand_between_two_ends_of_text() -> None:
    """An empty one is one too; what no end of text precedes or follows is none."""
    tokens = np.array([7, 0, 1, 2, 0, 0, 3, 0, 4], dtype=np.uint16)
    assert list(documents_in(tokens, 0)) == [[1, 2], [], [3]]
    assert list(documents_in(tokens[:1], 0)) == []
