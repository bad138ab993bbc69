"""Many visitors, against numbers worked out by hand."""

import pytest

from bench.costs import Cost
from bench.errors import ResultsMissing
from bench.traffic_table import traffic_table

ALONE = Cost(memory=3008, threads=2, batch=1, seconds=12.0, fits=True)
TOGETHER = Cost(memory=3008, threads=2, batch=4, seconds=20.0, fits=True)


def _rows(costs: list[Cost]) -> list[list[str]]:
    lines = traffic_table({"**A model**": costs}).splitlines()[4:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_few_reviews_are_written_one_by_one_and_many_together() -> None:
    """One a minute keeps a function busy for 12 s; a hundred are 100/60 times 20/4."""
    quiet, busy, flood = _rows([ALONE, TOGETHER])
    assert quiet[:4] == ["1", "1", "12.0", "1,440"]
    assert busy[:4] == ["100", "9", "20.0", "144,000"]
    assert flood[:3] == ["10,000", "834", "20.0"]


def test_the_price_is_what_is_beyond_the_free_tier() -> None:
    """43,800 reviews of 35.25 GB-seconds: 1,143,950 above 400,000, on arm64."""
    quiet, busy, _ = _rows([ALONE, TOGETHER])
    assert quiet[4] == "15"
    # 4,380,000 of 14.6875 GB-seconds, and 1,095,000 requests of which a million are free
    assert busy[4] == "852"


def test_a_free_month_costs_nothing() -> None:
    """What the free tier covers is 0."""
    quick = Cost(memory=3008, threads=1, batch=1, seconds=0.4, fits=True)
    assert _rows([quick])[0][4] == "0"


def test_an_unmeasured_default_is_told() -> None:
    """Without figures at the template's memory there is no table."""
    with pytest.raises(ResultsMissing, match="3008"):
        traffic_table({"**A model**": [Cost(1024, 1, 1, 10.0, fits=True)]})
