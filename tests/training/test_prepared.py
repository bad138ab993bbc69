"""A prepared folder is whole, or the error names what is not."""

import shutil
from pathlib import Path

import pytest

from training.errors import PreparedError
from training.prepared import open_prepared


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
