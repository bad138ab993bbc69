"""One command measures a bundle, and another writes its card; what cannot be measured is told."""

import json
import shutil
from pathlib import Path

import pytest

from training.__main__ import main
from training.errors import EvaluationError
from training.evaluation.bundles import open_measured
from training.evaluation.settings import EvaluationSettings
from training.prepared import open_prepared
from training.tokenizer import learn_tokenizer

FEW = ["--eccentricities", "3,9", "--samples", "3", "--base-samples", "2", "--rows", "2"]
QUICK = [*FEW, "--decade-documents", "2", "--processes", "1"]


def evaluate(bundle: Path, data: Path, out: Path, *more: str) -> int:
    """Run the command."""
    arguments = ["--bundle", str(bundle), "--data", str(data), "--out", str(out)]
    return main(["evaluate", *arguments, *QUICK, *more])


@pytest.fixture(scope="module")
def evaluation(
    bundle_folder: Path,
    prepared_folder: Path,
    run_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return the folder of an evaluation with everything that there can be."""
    out = tmp_path_factory.mktemp("evaluation")
    best = str(run_folder / "best")
    more = ("--checkpoint", best, "--base", best, "--run", str(run_folder))
    assert evaluate(bundle_folder, prepared_folder, out, *more) == 0
    return out


def test_a_report_has_every_part(evaluation: Path) -> None:
    """Three models' perplexities, all groups' figures, copies, curves, texts to read."""
    report = json.loads((evaluation / "report.json").read_text())
    measured = [(found["model"], found["part"]) for found in report["perplexities"]]
    names = ("as it ships", "checkpoint", "base model")
    assert measured == [(name, part) for part in ("train", "held out") for name in names]
    groups = [(found["group"]["source"], found["texts"]) for found in report["figures"]]
    assert groups == [("held-out text", 3), ("model", 3), ("model", 3), ("base model", 2)]
    assert report["settings"]["compared"] == 2
    copies = [(found["name"], len(found["longest_words"])) for found in report["copying"]]
    assert copies == [
        ("as it ships", 6),
        ("not steered", 6),
        ("held-out text", 3),
        ("base model", 2),
    ]
    assert max(report["copying"][0]["longest_words"]) <= 11
    assert report["curves"]["train"]
    assert len(report["shown"]) == 8
    page = (evaluation / "report.html").read_text()
    assert page.startswith("<!doctype html>")


def test_as_it_ships_is_close_to_the_checkpoint(evaluation: Path) -> None:
    """The bundle's perplexity is the checkpoint's, but for what rounding costs."""
    report = json.loads((evaluation / "report.json").read_text())
    losses = {(one["model"], one["part"]): one["loss"] for one in report["perplexities"]}
    for part in ("train", "held out"):
        assert losses["as it ships", part] == pytest.approx(losses["checkpoint", part], abs=0.03)
        assert losses["base model", part] == losses["checkpoint", part]


def test_the_same_command_again_writes_nothing_anew(
    evaluation: Path, bundle_folder: Path, prepared_folder: Path, tmp_path: Path
) -> None:
    """The samples are kept, and the report is the same."""
    out = tmp_path / "out"
    shutil.copytree(evaluation, out)
    before = {name: (out / name).read_text() for name in ("samples.jsonl", "report.json")}
    assert evaluate(bundle_folder, prepared_folder, out) == 0
    assert (out / "samples.jsonl").read_text() == before["samples.jsonl"]
    first, again = (
        json.loads(text) for text in (before["report.json"], (out / "report.json").read_text())
    )
    assert again["copying"] == first["copying"][:3]
    assert again["decades"] == first["decades"]


def test_the_card_and_the_picture_come_from_the_report(
    evaluation: Path, run_folder: Path, tmp_path: Path
) -> None:
    """Two commands from a bundle to its card; the picture alone is a command, too."""
    assert main(["card", "--report", str(evaluation / "report.json"), "--docs", str(tmp_path)]) == 0
    assert "# Model card: tiny" in (tmp_path / "model-card.md").read_text()
    picture = tmp_path / "new" / "loss.svg"
    assert main(["curves", "--run", str(run_folder), "--out", str(picture)]) == 0
    assert picture.read_text() == (tmp_path / "model" / "loss.svg").read_text()


def test_where_nothing_can_be_written_is_one_line(
    evaluation: Path,
    run_folder: Path,
    bundle_folder: Path,
    prepared_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A place below a device, and a full device that stays one: status 2, no traceback."""
    report = str(evaluation / "report.json")
    for place in ("/dev/null/x", "/dev/full"):
        assert main(["curves", "--run", str(run_folder), "--out", place]) == 2
        assert main(["card", "--report", report, "--docs", place]) == 2
        assert evaluate(bundle_folder, prepared_folder, Path(place)) == 2
        errors = capsys.readouterr().err.splitlines()
        told = [line for line in errors if line.startswith(f"training: {place}")]
        assert [line.count(" cannot be written (") for line in told] == [1, 1, 1]
    assert Path("/dev/full").is_char_device()


def test_no_bundle_is_told(
    prepared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, and status 2; a file in place of the folder, too."""
    (tmp_path / "file").write_text("")
    for nowhere in ("none", "file"):
        assert evaluate(tmp_path / nowhere, prepared_folder, tmp_path / "out") == 2
        error = capsys.readouterr().err
        assert error.startswith("training: --bundle must name a whole bundle: ")
        assert error.count("\n") == 1


def test_samples_of_another_seed_are_refused(
    evaluation: Path,
    bundle_folder: Path,
    prepared_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They are neither mixed nor overwritten."""
    assert evaluate(bundle_folder, prepared_folder, evaluation, "--first-seed", "9") == 2
    assert "another first_seed (1, now 9)" in capsys.readouterr().err


def test_a_bundle_of_another_corpus_is_refused(
    bundle_folder: Path, prepared_folder: Path, tmp_path: Path
) -> None:
    """Another tokenizer, or another split of the same books."""
    other = tmp_path / "prepared"
    shutil.copytree(prepared_folder, other)
    manifest = json.loads((other / "manifest.json").read_text())
    manifest["train"]["words"] += 1
    (other / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(EvaluationError, match="may be what the model learned from"):
        open_measured(bundle_folder, open_prepared(other))
    tokenizer = (other / "tokenizer.json").read_text()
    (other / "tokenizer.json").write_text(tokenizer + "\n")
    with pytest.raises(EvaluationError, match="has another tokenizer"):
        open_measured(bundle_folder, open_prepared(other))


def test_another_base_is_refused(
    bundle_folder: Path,
    prepared_folder: Path,
    run_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A base model whose tokens are others cannot be measured beside the bundle."""
    base = tmp_path / "base"
    shutil.copytree(run_folder / "best", base)
    arguments = (bundle_folder, prepared_folder, tmp_path / "out", "--base", str(base))
    learn_tokenizer(["zebras and zeppelins"], 320).save(str(base / "tokenizer.json"))
    assert evaluate(*arguments) == 2
    assert "has another tokenizer" in capsys.readouterr().err
    (base / "tokenizer.json").write_text("{}")
    assert evaluate(*arguments) == 2
    assert "is not a tokenizer.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": 0}, "--samples must be at least 2, got 0"),
        ({"rows": 0}, "--rows must be at least 1, got 0"),
        ({"prompt_words": 0}, "--prompt-words must be at least 1, got 0"),
        ({"eccentricities": (0,)}, "from 1 to 10, got 0"),
        ({"base_eccentricity": 11}, "from 1 to 10, got 11"),
        ({"eccentricities": ()}, "no eccentricity"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, object], message: str) -> None:
    """The error says what was got and what is allowed."""
    with pytest.raises(EvaluationError, match=message):
        EvaluationSettings(**options)  # type: ignore[arg-type]


def test_eccentricities_are_numbers(
    bundle_folder: Path, prepared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for a list that is none."""
    arguments = (bundle_folder, prepared_folder, tmp_path, "--eccentricities", "low")
    assert evaluate(*arguments) == 2
    assert capsys.readouterr().err.startswith("training: --eccentricities is 'low'")
