"""The environments: built once, built again when something changed, never half there."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from local import environment, locks
from local.environment import Environment
from local.errors import LocalError

BARE = Environment("bare", "a test", ("requirements.txt",))


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Build once, for several seconds, in a repository that needs no package at all."""
    root = tmp_path_factory.mktemp("repository")
    (root / "requirements.txt").write_text("# nothing\n")
    return root, build(root)[1]


@pytest.fixture
def root(first_build: tuple[Path, list[str]], tmp_path: Path) -> Path:
    """Return a repository of the test's own, its environment built."""
    copy = tmp_path / "copy"
    shutil.copytree(first_build[0], copy, symlinks=True)
    return copy


def build(root: Path) -> tuple[Path, list[str]]:
    """Build the environment; return its interpreter and what was said."""
    said: list[str] = []
    python, lock = environment.ready(BARE, said.append, root)
    os.close(lock)
    return python, said


def test_a_whole_environment_is_left_alone(first_build: tuple[Path, list[str]]) -> None:
    """The first start builds and says so; the second does nothing, and says nothing."""
    root, said = first_build
    assert "Building .venv/bare" in said[0]
    python, said = build(root)
    assert python.exists()
    assert said == []


def test_a_changed_requirement_is_noticed(root: Path) -> None:
    """The stamp follows the requirement files' content, not their dates."""
    (root / "requirements.txt").write_text("# something else\n")
    assert "Updating .venv/bare" in build(root)[1][0]
    assert build(root)[1] == []


def test_an_interrupted_build_is_begun_again(root: Path) -> None:
    """Without its stamp an environment counts as none, whatever lies there."""
    (root / ".venv" / "bare" / "stamp").unlink()
    leftover = root / ".venv" / "bare" / "leftover"
    leftover.write_text("half")
    assert "Building .venv/bare" in build(root)[1][0]
    assert not leftover.exists()


def test_a_lost_interpreter_is_noticed(root: Path) -> None:
    """An environment whose interpreter is gone is not whole, whatever its stamp says."""
    wanted = environment.stamp(BARE, root)
    assert environment._is_whole(BARE, wanted, root)
    BARE.python(root).unlink()
    assert not environment._is_whole(BARE, wanted, root)


def test_an_environment_in_use_is_not_rebuilt(root: Path) -> None:
    """What somebody runs in is not pulled from under them: one line says what to do."""
    _, lock = environment.ready(BARE, lambda _: None, root)
    (root / "requirements.txt").write_text("# changed meanwhile\n")
    with pytest.raises(LocalError, match=r"something is running in it\. Stop that"):
        build(root)
    os.close(lock)
    assert "Updating" in build(root)[1][0]


def test_several_may_run_in_one_environment(root: Path) -> None:
    """The lock of those who run in it is shared."""
    _, first = environment.ready(BARE, lambda _: None, root)
    _, second = environment.ready(BARE, lambda _: None, root)
    os.close(first)
    os.close(second)


def test_a_missing_requirements_file_is_named(root: Path) -> None:
    """The message names the file and says what to do."""
    (root / "requirements.txt").unlink()
    with pytest.raises(LocalError, match=r"requirements\.txt is missing from .*restore it"):
        build(root)


def test_what_pip_says_is_shown_when_it_fails(root: Path) -> None:
    """A package that does not exist ends in pip's own last words, and in no stamp."""
    (root / "requirements.txt").write_text("./no-such-folder\n")
    with pytest.raises(LocalError, match=r"could not be installed(.|\n)*no-such-folder"):
        build(root)
    assert not (root / ".venv" / "bare" / "stamp").exists()


def test_a_long_build_tells_how_far_it_is(root: Path) -> None:
    """Where no terminal shows the counter, one line comes between fetching and the end."""
    with zipfile.ZipFile(root / "small-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small.py", "")
        about = "Metadata-Version: 2.1\nName: small\nVersion: 1\n"
        wheel.writestr("small-1.dist-info/METADATA", about)
        form = "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr("small-1.dist-info/WHEEL", form)
        wheel.writestr("small-1.dist-info/RECORD", "small.py,,\n")
    (root / "requirements.txt").write_text(f"{root / 'small-1-py3-none-any.whl'}\n")
    said = build(root)[1]
    assert said[1] == "  fetched 1 packages, installing …"
    assert said[2].startswith("  1 packages in ")


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    """A taken lock tells who has it; closing gives it back."""
    held = locks.take(tmp_path / "lock", note="somebody")
    with pytest.raises(locks.LockTaken, match="somebody"):
        locks.take(tmp_path / "lock")
    os.close(held)
    os.close(locks.take(tmp_path / "lock"))


def test_every_environment_names_files_that_exist() -> None:
    """The real environments' requirement files are there."""
    for each in environment.ENVIRONMENTS.values():
        assert environment.stamp(each)
