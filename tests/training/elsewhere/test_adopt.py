"""From a folder of somebody's fine-tune to a bundle, with the commands that the guide gives."""

import csv
import json
import re
import shlex
from pathlib import Path

import pytest

from functions.generate.bundle import load_bundle
from tests.training.elsewhere.folders import (
    made_up_texts,
    small_tokenizer,
    write_aitextgen,
    write_gpt_2_simple,
    write_marked_text,
    write_transformers,
)
from training.__main__ import main

GUIDE = Path(__file__).parents[3] / "docs" / "bring-your-own.md"
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_MINUTES = "--minutes 30"
_STEPS = "--steps 2 --batch 2 --threads 1"


def _blocks() -> list[list[str]]:
    """Return the guide's commands of the training, block by block."""
    blocks = [block.splitlines() for block in _BLOCK.findall(GUIDE.read_text("utf-8"))]
    return [lines for lines in blocks if lines[0].startswith("python -m training ")]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that holds all that the guide's commands name, and go there."""
    write_gpt_2_simple(tmp_path / "checkpoint" / "run1")
    write_aitextgen(tmp_path / "trained_model")
    (tmp_path / "trained_model" / "aitextgen.tokenizer.json").unlink()
    small_tokenizer().save(str(tmp_path / "aitextgen.tokenizer.json"))
    write_transformers(tmp_path / "my-gpt2", in_shards=True)
    write_marked_text(tmp_path / "reviews.txt")
    with (tmp_path / "reviews.csv").open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([["review"], *([text] for text in made_up_texts(60))])
    (tmp_path / "texts").mkdir()
    write_marked_text(tmp_path / "texts" / "all.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(line: str) -> None:
    words = shlex.split(line.replace(_MINUTES, _STEPS))
    assert words[:3] == ["python", "-m", "training"]
    assert main(words[3:]) == 0


@pytest.mark.parametrize(
    ("number", "origin"), [(0, "gpt-2-simple"), (1, "aitextgen"), (2, "transformers")]
)
def test_one_command_makes_a_bundle(number: int, origin: str, workplace: Path) -> None:
    """The guide's command for each origin gives a bundle that the engine opens, and that is honest.

    It says where the model came from, and that its held-out text may have been learned.
    """
    (line,) = _blocks()[number]
    _run(line)
    bundle = load_bundle(workplace / "my-bundle")
    assert (bundle.name, bundle.base_model) == ("my-critic", f"a checkpoint of {origin}")
    held_out = json.loads((workplace / "my-bundle" / "bundle.json").read_text())["held_out"]
    assert held_out["unseen"] is False
    assert held_out["perplexity_quantised"] > 0


def test_the_real_end_of_text_can_be_taught(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The guide's longer way for gpt-2-simple: adopted, trained on, exported (in two steps).

    The bundle does not say that it was trained from scratch.
    """
    lines = _blocks()[3]
    assert len(lines) == 3
    assert _MINUTES in lines[1]
    _run(lines[0])
    told = capsys.readouterr().out
    assert "read run1, model-1000 (gpt-2-simple)" in told
    assert "spells <|endoftext|> out" in told
    assert not (workplace / "my-bundle").exists()
    for line in lines[1:]:
        _run(line)
    bundle = load_bundle(workplace / "my-bundle")
    assert (bundle.name, bundle.base_model) == ("my-critic", "a checkpoint of gpt-2-simple")
    held_out = json.loads((workplace / "my-bundle" / "bundle.json").read_text())["held_out"]
    assert held_out["unseen"] is False  # the training elsewhere came first, and may have had it


def test_the_years_of_the_text_become_decades(workplace: Path) -> None:
    """What the scraper exports has years, and the prepared text opens with their decades."""
    lines = [
        json.dumps({"text": text, "year": 1890 + number % 20})
        for number, text in enumerate(made_up_texts(60))
    ]
    (workplace / "reviews.jsonl").write_text("\n".join(lines), "utf-8")
    arguments = ["--checkpoint", "my-gpt2", "--corpus", "reviews.jsonl"]
    assert main(["adopt", *arguments]) == 0
    manifest = workplace / ".training" / "adopted" / "prepared" / "manifest.json"
    assert [*json.loads(manifest.read_text())["decades"]] == ["1890s", "1900s"]


def test_what_cannot_be_adopted_is_one_line(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the text is read: the command ends with 2, and nothing is written."""
    path = workplace / "my-gpt2" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model_type": "gpt_neo"}))
    arguments = ["--checkpoint", "my-gpt2", "--corpus", "none.txt", "--out", "my-bundle"]
    assert main(["adopt", *arguments]) == 2
    error = capsys.readouterr().err
    assert error == "training: my-gpt2 holds a 'gpt_neo': only 'gpt2' can be trained and exported\n"
    assert not (workplace / ".training").exists()
