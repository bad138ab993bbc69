"""The report says what the raw numbers say, and what there are none of."""

from pathlib import Path

import pytest

from bench.errors import ResultsMissing
from bench.report import report
from bench.results import Shipped, Stretch, load, save
from bench.shapes import Shape
from tests.bench.sample import SHAPE, made_up


def _row(page: str, heading: str, title: str) -> list[str]:
    """Return the cells of the row `title` in the table whose head begins with `heading`."""
    table = page.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    row = next(line for line in table.splitlines() if line.startswith(f"| {title} "))
    return [cell.strip() for cell in row.strip("|").split("|")][1:]


def test_speeds_are_medians_over_the_rounds() -> None:
    """A round in which the machine was slow, or fast, does not move them."""
    page = report(made_up())
    assert _row(page, "engine", "ours, 4 bits") == ["100", "80.0", "300", "240", "400", "320"]


def test_ratios_are_taken_round_by_round() -> None:
    """They are the same in every round, however fast the machine was in it."""
    page = report(made_up())
    assert _row(page, "ours ÷", "llama.cpp Q4_0") == [
        "1.25",
        "1.25",
        "2.00",
        "2.00",
        "2.00",
        "2.00",
    ]


def test_what_was_not_measured_is_no_number() -> None:
    """An engine that took no part has dashes; one that failed has its reason too."""
    page = report(made_up())
    assert _row(page, "engine", "CTranslate2 int8") == ["-"] * 6
    assert _row(page, "engine", "llama.cpp Q8_0 (failed, see below)") == ["-"] * 6
    assert "- llama.cpp Q8_0: its logits correlate by 0.1" in page


def test_the_other_columns() -> None:
    """A review's seconds, the starts, the memory and the share of the bandwidth, by hand."""
    page = report(made_up())
    review, together, load_seconds, first, peak_1, peak_4, near, _, likeness = _row(
        page, "engine | review, s", "ours, 4 bits"
    )
    # The steps' mean lies 349.5 of 868 positions behind the first: 10 + 0.4026 * 2.5 ms.
    assert review == "7.7"
    assert together == "10.3"  # 700 steps of 4 / 300 s, longer by the same share
    assert (load_seconds, first) == ("0.60", "1.10")
    assert (peak_1, peak_4) == ("500", "1,700")
    # 353M weights of 0.53125 bytes, and little else, 100 times a second, of 40 GB/s.
    assert near == "48%"
    assert likeness == "0.9876"


def test_floors_say_what_was_reached() -> None:
    """A floor that was kept says yes, one that was missed no, one nobody measured neither."""
    page = report(made_up())
    fastest = "355M, batch 1, at 32: ours ÷ the fastest peer, llama.cpp Q4_0"
    assert _row(page, "what", fastest) == ["at least 1.3", "1.25", "**no**"]
    assert _row(page, "what", "355M: batch 4 ÷ batch 1")[1:] == ["3.00 (2.00 to 3.10)", "yes"]
    assert _row(page, "what", "355M, batch 1: at 900 ÷ at 32")[1:] == ["0.80 (0.80 to 0.80)", "yes"]
    assert _row(page, "what", "355M: process start to first token")[1:] == ["1.10 s", "yes"]
    assert _row(page, "what", "355M: peak memory at batch 4")[1:] == ["1700 MB", "**no**"]
    drawing = "drawing the tokens ÷ the whole step"
    # A draw takes 0.5 ms, a step 10 ms, or 20 with eight texts.
    assert _row(page, "what", f"355M, batch 1: {drawing}")[1:] == ["4.76%", "yes"]
    assert _row(page, "what", f"355M, batch 8: {drawing}")[1:] == ["16.67%", "**no**"]
    import_row = "import of the handler without the model, from process start"
    assert _row(page, "what", import_row)[1:] == ["0.40 s", "yes"]
    results = made_up()
    results.starts = []
    results.turns = []
    page = report(results)
    assert _row(page, "what", "355M: batch 4 ÷ batch 1")[1:] == ["-", "not measured"]
    assert _row(page, "what", "355M: process start to first token")[1:] == ["-", "not measured"]


def test_the_shipped_bundle_states_its_loss() -> None:
    """Its perplexity stands in the report, as its export measured it."""
    results = made_up()
    shape = Shape("small-one", 6, 5, 320, 8192)
    held_out = {"perplexity_original": 50.0, "perplexity_quantised": 50.2}
    results.shipped = Shipped(shape, held_out)
    results.stretches.append(Stretch("small-one", "shipped", 1, 1, 32, 0, 10, 0.01))
    page = report(results)
    assert "50.00 with the original weights, 50.20 as it ships (+0.40%)" in page
    assert _row(page, "in the compiled kernels", "1 thread")[0] == "1,000"
    results.shipped = Shipped(shape, {})
    assert "states no perplexity" in report(results)


def test_drawing_is_told_by_its_settings() -> None:
    """The median of the draws, in milliseconds, beside how it was drawn."""
    page = report(made_up())
    assert "| 0.5 | 0.9 | 40 | 0.100 |" in page
    assert "| 1 | 0.9 | all | 2.000 |" in page


def test_the_machine_and_the_versions_are_named() -> None:
    """A number without its machine means nothing."""
    page = report(made_up())
    assert "| processor | Abacus |" in page
    assert "| torch | 1.2.3 |" in page
    assert "`python -m bench --made-up`" in page
    assert "10% of the processors' time" in page


def test_raw_numbers_survive_the_disk(tmp_path: Path) -> None:
    """What was saved is read again as it was."""
    results = made_up()
    results.shipped = Shipped(SHAPE, {"perplexity_original": 2.0})
    save(results, tmp_path / "deep" / "results.json")
    assert load(tmp_path / "deep" / "results.json") == results


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "does not exist"),
        ("{", "is not JSON"),
        ('{"format": 0}', "has the format 0"),
        ("[]", "has the format None"),
    ],
)
def test_results_that_cannot_be_read(tmp_path: Path, content: str | None, complaint: str) -> None:
    """Missing or foreign results are named, with the command that makes them."""
    path = tmp_path / "results.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ResultsMissing, match=f"{complaint}.*make bench"):
        load(path)
