"""A bundle that is worse than the one it would replace is refused, unless that is asked for."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from training.bundle import HeldOut, Naming
from training.errors import FloorError
from training.export import ExportSettings, export
from training.floors import (
    Direction,
    Floor,
    Measured,
    Standing,
    as_facts,
    check_verdict,
    judge,
    measured_of,
    pinned,
    standing_of,
)

HELD_OUT = HeldOut(20.0, 20.1, 1.49, 1.495, 10, 1000, text="abc")
MEASURED = Measured(
    bits_per_character=1.495, loss_by_rounding=0.005, sentence_ends=0.6, returning=0.4
)
STANDING = Standing(pinned(MEASURED), text="abc", unseen=True)


def test_figures_come_from_what_was_measured() -> None:
    """The loss is the share by which rounding raised the perplexity."""
    assert measured_of(HELD_OUT, sentence_ends=0.6, returning=0.4) == MEASURED


def test_floors_lie_a_little_beside_what_was_measured() -> None:
    """Noise is no fall, and rounding may cost its 1 %."""
    assert as_facts(pinned(MEASURED)) == {
        "bits_per_character": {"at_most": 1.5},
        "loss_by_rounding": {"at_most": 0.01},
        "sentence_ends": {"at_least": 0.4},
        "returning": {"at_most": 0.43},
    }
    worst = pinned(replace(MEASURED, sentence_ends=0.1, loss_by_rounding=0.03))
    assert worst["sentence_ends"].bound == 0
    assert worst["loss_by_rounding"].bound == 0.03


@pytest.mark.parametrize(
    ("figure", "value", "phrase"),
    [
        ("bits_per_character", 1.6, "bits per character 1.6000, pinned at most 1.5000"),
        ("bits_per_character", float("nan"), "bits per character nan, pinned at most 1.5000"),
        ("loss_by_rounding", 0.02, "loss by rounding 0.0200, pinned at most 0.0100"),
        ("sentence_ends", 0.3, "sentence ends 0.3000, pinned at least 0.4000"),
        ("returning", 0.5, "returning 0.5000, pinned at most 0.4300"),
    ],
)
def test_each_figure_has_a_floor(figure: str, value: float, phrase: str) -> None:
    """What fell below is told with both numbers, and what to do."""
    verdict = judge(replace(MEASURED, **{figure: value}), HELD_OUT, STANDING)
    assert verdict.worse == (phrase,)
    with pytest.raises(FloorError, match=r"model stays as it is.*--accept-worse") as refused:
        check_verdict(verdict, Path("model"))
    assert phrase in str(refused.value)


def test_a_floor_is_never_loosened_by_what_holds() -> None:
    """Many exports, each a little worse than the last, do not creep downwards."""
    verdict = judge(replace(MEASURED, bits_per_character=1.499), HELD_OUT, STANDING)
    assert verdict.worse == ()
    check_verdict(verdict, Path("model"))
    assert verdict.floors == STANDING.floors


def test_what_is_better_pins_the_floor_anew() -> None:
    """The next bundle is held against the better one."""
    verdict = judge(replace(MEASURED, bits_per_character=1.2), HELD_OUT, STANDING)
    assert verdict.floors["bits_per_character"] == Floor(1.205, Direction.AT_MOST)
    assert verdict.floors["returning"] == STANDING.floors["returning"]


def test_only_what_fell_is_pinned_lower() -> None:
    """Where a fall is accepted, the other floors stay."""
    verdict = judge(replace(MEASURED, returning=0.6, sentence_ends=0.5), HELD_OUT, STANDING)
    assert verdict.floors == dict(STANDING.floors) | {"returning": Floor(0.63, Direction.AT_MOST)}


@pytest.mark.parametrize(
    ("held_out", "standing", "reason"),
    [
        (replace(HELD_OUT, text="other"), STANDING, "is another than the old bundle's"),
        (replace(HELD_OUT, text=None), STANDING, "on a part of the held-out text"),
        (HELD_OUT, replace(STANDING, text=None), "does not tell on which text"),
        (replace(HELD_OUT, unseen=False), STANDING, "may have learned the held-out text"),
    ],
)
def test_other_text_is_not_compared_and_this_is_said(
    held_out: HeldOut, standing: Standing, reason: str
) -> None:
    """Bits per character of two texts say nothing about each other; the other floors hold."""
    measured = replace(MEASURED, bits_per_character=3.0)
    verdict = judge(measured, held_out, standing)
    assert verdict.worse == ()
    assert len(verdict.remarks) == 1
    assert verdict.remarks[0].startswith("bits per character are not compared: ")
    assert reason in verdict.remarks[0]
    assert verdict.floors["bits_per_character"].bound == 3.005
    assert judge(replace(measured, returning=0.9), held_out, standing).worse != ()


def test_a_first_bundle_pins_and_one_without_floors_is_told_of(tmp_path: Path) -> None:
    """Nothing is compared in silence."""
    assert standing_of(tmp_path) is None
    assert judge(MEASURED, HELD_OUT, None).remarks == ()
    (tmp_path / "bundle.json").write_text('{"format": 3, "held_out": null}')
    verdict = judge(MEASURED, HELD_OUT, standing_of(tmp_path))
    assert verdict.remarks == ("the old bundle has no floors: it is replaced without a comparison",)
    assert verdict.floors == pinned(MEASURED)


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    """And the text that they hold for."""
    facts = {"held_out": asdict(HELD_OUT), "floors": as_facts(STANDING.floors)}
    (tmp_path / "bundle.json").write_text(json.dumps(facts))
    assert standing_of(tmp_path) == STANDING


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"floors": []}',
        '{"floors": {"bits_per_character": {"at_least": 1}}}',
        '{"floors": {"bits_per_character": {"at_most": "low"}}}',
        '{"floors": {"bits_per_character": {}}}',
        '{"floors": {"beauty": {"at_least": 1}}}',
    ],
)
def test_floors_that_cannot_be_read_are_no_licence(content: str, tmp_path: Path) -> None:
    """A bundle whose floors are mangled is not replaced in silence."""
    (tmp_path / "bundle.json").write_text(content)
    with pytest.raises(FloorError, match=r"bundle\.json does not tell its floors"):
        standing_of(tmp_path)


@pytest.fixture
def old(
    prepared_folder: Path,
    run_folder: Path,
    bundle_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Path, Path, Path]:
    """Return a checkpoint, its prepared folder, and a bundle of it that may be replaced."""
    # What the reference says of the same checkpoint is another test's, and takes longest.
    monkeypatch.setattr("training.export.check_reference", lambda *_: None)
    out = tmp_path / "bundles" / "model"
    shutil.copytree(bundle_folder, out)
    return run_folder / "best", prepared_folder, out


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "bundle.json").read_text("utf-8"))
    return facts


def _pin(folder: Path, **floors: dict[str, float]) -> None:
    facts = _facts(folder)
    (folder / "bundle.json").write_text(json.dumps(facts | {"floors": facts["floors"] | floors}))


def test_a_worse_bundle_is_refused_and_the_old_one_stays(
    old: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused: byte for byte the same. Accepted: replaced, told, pinned anew."""
    checkpoint, data, out = old
    _pin(out, bits_per_character={"at_most": 0.1})
    before = _content(out)
    with pytest.raises(FloorError, match=r"the new bundle is worse: bits per character"):
        export(checkpoint, data, out, Naming("new"), ExportSettings("8"))
    assert _content(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["model"]

    capsys.readouterr()
    held_out = export(checkpoint, data, out, Naming("new"), ExportSettings("8", accept_worse=True))
    assert "accepted, and pinned anew: bits per character" in capsys.readouterr().out
    facts = _facts(out)
    assert facts["name"] == "new"
    floor = facts["floors"]["bits_per_character"]["at_most"]
    assert floor == pytest.approx(held_out.bits_per_character_quantised + 0.005, abs=1e-6)


def test_a_bundle_that_holds_takes_the_place(old: tuple[Path, Path, Path]) -> None:
    """And keeps a floor that asks for more than its own figure would."""
    checkpoint, data, out = old
    own = _facts(out)["floors"]["bits_per_character"]["at_most"]
    _pin(out, bits_per_character={"at_most": own - 0.001})
    export(checkpoint, data, out, Naming("new"), ExportSettings())
    assert _facts(out)["name"] == "new"
    assert _facts(out)["floors"]["bits_per_character"]["at_most"] <= own - 0.001


def test_a_bundle_tells_its_texts_and_its_held_out_text(bundle_folder: Path) -> None:
    """`bundle.json` has the figures that its floors were pinned by, and the hash of the text."""
    facts = _facts(bundle_folder)
    assert set(facts["floors"]) == set(asdict(MEASURED))
    assert facts["written"]["texts"] == 20
    assert len(facts["held_out"]["text"]) == 64
    assert facts["held_out"]["unseen"] is True


def test_a_mangled_bundle_is_named_at_once(
    prepared_folder: Path, run_folder: Path, tmp_path: Path
) -> None:
    """Before anything is computed."""
    (tmp_path / "bundle.json").write_text("{")
    with pytest.raises(FloorError, match="does not tell its floors"):
        export(run_folder / "best", prepared_folder, tmp_path, Naming("new"), ExportSettings())


def test_a_bundle_that_a_kill_put_aside_is_still_held_against(
    prepared_folder: Path, run_folder: Path, tmp_path: Path
) -> None:
    """Killed between two renames, the old bundle is put back before its floors are looked for."""
    aside = tmp_path / ".model.old"
    aside.mkdir()
    (aside / "bundle.json").write_text("{")
    with pytest.raises(FloorError, match="does not tell its floors"):
        export(
            run_folder / "best", prepared_folder, tmp_path / "model", Naming("n"), ExportSettings()
        )
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
