"""Samples survive an interruption, and never mix with others."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from training.errors import EvaluationError
from training.evaluation.sample_file import Identity, SampleFile
from training.evaluation.samples import Condition, Sample
from training.evaluation.writing import tasks_for

IDENTITY = Identity("w", "b", {"top_p": 0.9}, "h", 6, 1)
TASKS = tasks_for(Condition(5, is_steered=False), 4, ["It was", "Once"], first_seed=1)


def made_up_sample(number: int) -> Sample:
    """Return the sample of a task."""
    task = TASKS[number]
    return Sample(5, False, number, task.seed, task.prompt, " so.\n", [1, 2, 3], True)


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    """A file opened anew has the samples, and tells what is missing."""
    path = tmp_path / "new" / "samples.jsonl"
    SampleFile(path, IDENTITY).add([made_up_sample(0), made_up_sample(2)])
    again = SampleFile(path, IDENTITY)
    assert again.missing(TASKS) == [TASKS[1], TASKS[3]]
    assert again.found([TASKS[2], TASKS[0]]) == [made_up_sample(2), made_up_sample(0)]


def test_more_samples_begin_with_the_same(tmp_path: Path) -> None:
    """A larger number of samples goes on from a smaller one; openings come again, seeds do not."""
    more = tasks_for(Condition(5, is_steered=False), 6, ["It was", "Once"], first_seed=1)
    assert more[:4] == TASKS
    assert [task.prompt for task in more] == ["It was", "Once"] * 3
    assert [task.seed for task in more] == [1, 2, 3, 4, 5, 6]


def test_a_line_cut_short_is_dropped(tmp_path: Path) -> None:
    """What a killed process left of its last line is written again."""
    path = tmp_path / "samples.jsonl"
    SampleFile(path, IDENTITY).add([made_up_sample(0), made_up_sample(1)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    cut = SampleFile(path, IDENTITY)
    assert cut.missing(TASKS[:2]) == [TASKS[1]]
    cut.add([made_up_sample(1)])
    assert path.read_bytes() == whole


def test_a_file_cut_short_in_its_first_line_begins_anew(tmp_path: Path) -> None:
    """Nothing was in it yet."""
    path = tmp_path / "samples.jsonl"
    path.write_text('{"weights": "w", "bun')
    SampleFile(path, IDENTITY).add([made_up_sample(0)])
    assert SampleFile(path, IDENTITY).missing(TASKS[:1]) == []


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        "[]",
        "{}",
        '{"eccentricity": "5"}',
        json.dumps(asdict(made_up_sample(0)) | {"tokens": "many"}),
        json.dumps(asdict(made_up_sample(0)) | {"surplus": 1}),
        "\udcff",
    ],
)
def test_another_damage_is_told_by_its_line(tmp_path: Path, line: str) -> None:
    """The file is left as it is."""
    path = tmp_path / "samples.jsonl"
    SampleFile(path, IDENTITY).add([made_up_sample(0)])
    with path.open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"{line}\n")
    before = path.read_bytes()
    with pytest.raises(EvaluationError, match=r"line 3, is no sample .* remove the file"):
        SampleFile(path, IDENTITY)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value"), [("weights", "x"), ("sampling", {"top_p": 0.5}), ("prompt_words", 7)]
)
def test_samples_of_something_else_are_refused(tmp_path: Path, name: str, value: object) -> None:
    """The error names what differs."""
    path = tmp_path / "samples.jsonl"
    SampleFile(path, IDENTITY)
    with pytest.raises(EvaluationError, match=f"another {name} .* give another --out"):
        SampleFile(path, replace(IDENTITY, **{name: value}))  # type: ignore[arg-type]
