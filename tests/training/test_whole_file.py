"""A file is whole or as it was, and a place where none can be is one line."""

from pathlib import Path

import pytest

from tests.training.full_disk import full_disk
from training.errors import StorageError
from training.whole_file import write_whole


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Its folder is made, and nothing lies beside it."""
    path = tmp_path / "new" / "file.txt"
    for text in ("a\n", "ä\n"):
        write_whole(path, text)
        assert path.read_text("utf-8") == text
    assert [*path.parent.iterdir()] == [path]


def test_a_full_disk_leaves_the_file_of_last_time(tmp_path: Path) -> None:
    """What was there is whole, and what was begun is gone."""
    path = tmp_path / "file.txt"
    write_whole(path, "old\n")
    with full_disk(100), pytest.raises(StorageError, match="cannot be written") as raised:
        write_whole(path, "new" * 1000)
    assert "\n" not in str(raised.value)
    assert path.read_text() == "old\n"
    assert [*tmp_path.iterdir()] == [path]


def test_a_device_is_written_to_and_stays_one() -> None:
    """It is not renamed away: the error is what it answers."""
    device = Path("/dev/full")
    with pytest.raises(StorageError, match="No space left on device"):
        write_whole(device, "text")
    assert device.is_char_device()


def test_a_place_where_no_file_can_be_is_told(tmp_path: Path) -> None:
    """A folder, what lies below a file, what lies below a device, a name that is too long."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "x", Path("/dev/null/x"), tmp_path / ("x" * 300)):
        with pytest.raises(StorageError, match=r"cannot be written \(.*\): ") as raised:
            write_whole(path, "text")
        assert "\n" not in str(raised.value)
