"""The command line tells a stranger what to do."""

from pathlib import Path

import pytest

from tests.training.books import write_corpus
from training.__main__ import main


@pytest.mark.parametrize("command", ["prepare", "finetune", "export", "evaluate", "curves"])
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` names the options and ends well."""
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "--out" in capsys.readouterr().out


def test_prepare_tells_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sizes of both parts are printed, and the folder is there."""
    books, table = write_corpus(tmp_path, books=3)
    out = tmp_path / "out"
    status = main(
        ["prepare", "--books", str(books), "--books-table", str(table), "--out", str(out)]
    )
    assert status == 0
    assert "held out: 1 books" in capsys.readouterr().out
    assert (out / "manifest.json").is_file()


def test_an_error_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the operator can put right is one line on standard error, and status 2."""
    arguments = ["--books", str(tmp_path / "no"), "--books-table", "no.csv", "--out", "out"]
    assert main(["prepare", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("training: no folder of books at ")
    assert error.count("\n") == 1
