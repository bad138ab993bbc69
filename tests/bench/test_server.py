"""A rented server beside Lambda, against numbers worked out by hand."""

import pytest

from bench.costs import Cost
from bench.errors import ResultsMissing
from bench.server_table import (
    reviews_for_the_servers_price,
    reviews_that_the_server_can_write,
    server_table,
)

TOGETHER = Cost(memory=3008, threads=2, batch=4, seconds=20.0, fits=True)


def test_lambda_costs_the_same_once_the_free_tier_is_used_up() -> None:
    """27,234 free ones of 14.6875 GB-seconds, and $24 of $0.1960 a thousand."""
    assert TOGETHER.free_reviews == 27_234
    assert reviews_for_the_servers_price(TOGETHER) == pytest.approx(27_234 + 122_430, abs=20)


def test_the_server_may_keep_a_fifth_of_two_processors() -> None:
    """Of 1,051,200 processor seconds a month, a review takes 20 s of 1.7 processors, by four."""
    assert reviews_that_the_server_can_write(TOGETHER) == pytest.approx(123_646, rel=1e-3)
    alone = Cost(memory=3008, threads=1, batch=1, seconds=0.5, fits=True)
    assert reviews_that_the_server_can_write(alone) == 2_102_400


def test_a_row_for_each_way_of_writing() -> None:
    """In thousands."""
    *_, row = server_table({"a model": [TOGETHER]}).splitlines()
    assert row == "| a model | 4 | 150,000 | 124,000 |"


def test_an_unmeasured_default_is_told() -> None:
    """Without a figure at the template's memory there is no table."""
    with pytest.raises(ResultsMissing, match="3008 MB"):
        server_table({"a model": []})
