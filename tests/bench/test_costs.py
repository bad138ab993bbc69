"""What a review costs, against numbers worked out by hand."""

from pathlib import Path

import pytest

from bench.cost_table import BEGIN, END, cost_tables, write_costs
from bench.costs import Measured, cost
from bench.errors import PageDamaged, ResultsMissing
from bench.server_table import SERVER_BEGIN, SERVER_END
from bench.traffic_table import TRAFFIC_BEGIN, TRAFFIC_END
from tests.bench.sample import made_up


def test_a_whole_processor_takes_the_measured_time() -> None:
    """1,769 MB and one thread: 10 s are 10 s, and 17.28 GB-seconds."""
    found = cost(1769, Measured(threads=1, batch=1, seconds=10.0, peak_megabytes=500.0))
    assert found.fits
    assert found.seconds == 10.0
    assert found.gb_seconds == pytest.approx(17.2754, abs=1e-4)
    assert found.free_reviews == 23_154  # 400,000 of them
    assert found.dollars_per_thousand("x86_64") == pytest.approx(0.28812, abs=1e-5)
    assert found.dollars_per_thousand("arm64") == pytest.approx(0.23054, abs=1e-5)


def test_less_processor_takes_longer_in_proportion() -> None:
    """Half the memory is twice the time, so the price stays."""
    whole = cost(1768, Measured(1, 1, 10.0, 500.0))
    half = cost(884, Measured(1, 1, 10.0, 500.0))
    assert half.seconds == pytest.approx(10.0 * 1769 / 884)
    assert half.gb_seconds == pytest.approx(whole.gb_seconds, rel=1e-3)


def test_two_threads_on_a_part_of_a_processor_more() -> None:
    """2,048 MB are 1.158 processors: what two threads did in 6 s takes 10.4 s."""
    found = cost(2048, Measured(2, 1, 6.0, 500.0))
    assert found.processors == pytest.approx(1.1577, abs=1e-4)
    assert found.seconds == pytest.approx(10.3652, abs=1e-4)


def test_reviews_of_a_batch_share_its_price() -> None:
    """Four reviews in 16 s on 1,024 MB with a processor's share of 0.579."""
    found = cost(1024, Measured(1, 4, 16.0, 500.0))
    assert found.seconds == pytest.approx(27.6406, abs=1e-4)
    assert found.gb_seconds == pytest.approx(6.91016, abs=1e-4)


def test_the_free_requests_end_too() -> None:
    """A model so fast that a million reviews fit is held by the million requests."""
    assert cost(1024, Measured(1, 1, 0.01, 50.0)).free_reviews == 1_000_000


def test_what_does_not_fit_is_told() -> None:
    """A peak of 1,900 MB (of a million bytes) needs more than 1,769 MiB."""
    assert not cost(1769, Measured(1, 4, 16.0, 1900.0)).fits
    assert cost(2048, Measured(1, 4, 16.0, 1900.0)).fits


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith(("| 1,", "| 2,", "| 3,"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_follows_the_engines_own_choice_of_threads() -> None:
    """As many threads as the engine takes, of those that were measured."""
    text = cost_tables(made_up(), threads_for=lambda memory, _: -(-memory // 1769))
    rows = {(row[0], row[3]): row for row in _rows(text)}
    assert [row[2] for row in rows.values()] == ["1", "1", "1", "1", "2", "2", "2", "2", "2", "2"]
    # 700 steps of 1/60 s, longer by 0.4026 of a quarter: 12.84 s of 1.7275 GB.
    assert rows["1,769", "1"][4:7] == ["12.8", "22.2", "18,031"]
    assert rows["1,024", "4"][4] == "does not fit"
    assert "5,307" not in text  # three processors were not measured
    assert "Abacus" in text


def test_nothing_measured_makes_no_table() -> None:
    """A run without our engine is named, with what to do."""
    results = made_up()
    results.stretches = [one for one in results.stretches if one.engine != "ours-4"]
    with pytest.raises(ResultsMissing, match=r"did not measure ours-4 on 355M.*make bench"):
        cost_tables(results)


def test_only_what_lies_between_the_marks_is_written(tmp_path: Path) -> None:
    """What a person wrote before and behind the table stays, and twice is as good as once."""
    page = tmp_path / "operating.md"
    traffic = f"{TRAFFIC_BEGIN}\nold\n{TRAFFIC_END}\n"
    server = f"{SERVER_BEGIN}\nold\n{SERVER_END}\n"
    costs = f"{BEGIN}\nold\n{END}\n"
    page.write_text(f"# Operating\n\nbefore\n{costs}between\n{server}{traffic}behind\n")
    write_costs(made_up(), page)
    once = page.read_text()
    assert once.startswith(f"# Operating\n\nbefore\n{BEGIN}\n\nA review of 700 tokens")
    assert f"|\n\n{END}\nbetween\n{SERVER_BEGIN}\n\n| model |" in once
    assert f"|\n\n{SERVER_END}\n{TRAFFIC_BEGIN}\n\n**355M**" in once
    assert once.endswith(f"|\n\n{TRAFFIC_END}\nbehind\n")
    assert "old" not in once.split()
    write_costs(made_up(), page)
    assert page.read_text() == once


def test_a_page_that_is_missing_is_made(tmp_path: Path) -> None:
    """It has a heading and the marks."""
    page = tmp_path / "operating.md"
    write_costs(made_up(), page)
    text = page.read_text()
    assert text.startswith("# Operating\n")
    assert text.count(BEGIN) == text.count(END) == 1


@pytest.mark.parametrize(
    "text",
    ["no marks", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}\n{BEGIN}\n{END}", f"{BEGIN}{END}{END}"],
)
def test_a_page_with_damaged_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    """Nothing is written where it is not clear what belongs to the table."""
    page = tmp_path / "operating.md"
    page.write_text(text)
    with pytest.raises(PageDamaged, match="once each, in this order"):
        write_costs(made_up(), page)
    assert page.read_text() == text
