"""The pauses: they grow on errors, and only good answers make them shrink."""

import time
from dataclasses import replace
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import CrawlStopped
from scraper.pace import Breaker, Pace, retry_after_seconds
from scraper.site import Politeness
from tests.scraper.fakes import FakeWorld

RULES = Politeness(shortest_pause=1, longest_pause=3, slowest_pause=30)


def test_a_request_follows_the_last_one_after_the_pause(clock: FakeWorld) -> None:
    """The first waits for nothing, the second for the pause since the first one's end."""
    pace = Pace(RULES, clock)
    pace.wait()
    pace.answered(0.1)
    pace.wait()
    assert clock.slept == [2.0]


def test_crawl_delay_is_the_least_pause(clock: FakeWorld) -> None:
    """What robots.txt asks for is more than our own pause."""
    pace = Pace(RULES, clock)
    pace.answered(0.1)
    pace.crawl_delay = 10.0
    pace.wait()
    assert clock.slept == [10.0]


@pytest.mark.parametrize("delay", [3601.0, 1e9, float("inf")])
def test_a_crawl_delay_of_years_is_not_slept_through(clock: FakeWorld, delay: float) -> None:
    """More than `longest_wait` stops the crawl with a line that says what to do."""
    pace = Pace(RULES, clock)
    pace.crawl_delay = delay
    with pytest.raises(CrawlStopped, match=r"Crawl-delay of .* longest_wait"):
        pace.wait()
    assert clock.slept == []


@given(st.lists(st.sampled_from(["error", "slow", "good"]), max_size=40))
def test_errors_never_make_it_faster(events: list[str]) -> None:
    """Whatever happened before, an error or a slower answer never shortens the pause."""
    pace = Pace(RULES, FakeWorld())
    pace.answered(0.1)
    slowest = 0.1
    for event in events:
        before = pace.factor
        if event == "error":
            pace.failed()
        else:
            slowest *= 10 if event == "slow" else 1
            pace.answered(slowest if event == "slow" else 0.1)
        assert 1.0 <= pace.factor <= 10.0
        assert event == "good" or pace.factor >= before


def test_it_recovers_with_good_answers(clock: FakeWorld) -> None:
    """A bad minute is forgotten, slowly."""
    pace = Pace(RULES, clock)
    for _ in range(3):
        pace.failed()
    assert pace.factor == 8.0
    for _ in range(30):
        pace.answered(0.1)
    assert pace.factor == 1.0


def test_retry_after_in_both_forms() -> None:
    """Seconds or a date; a date in the past is now; nonsense is nothing."""
    now = 1_800_000_000.0
    assert retry_after_seconds("120", now) == 120.0
    assert retry_after_seconds(formatdate(now + 90, usegmt=True), now) == 90.0
    assert retry_after_seconds(formatdate(now - 90, usegmt=True), now) == 0.0
    assert retry_after_seconds("soon", now) is None
    assert retry_after_seconds("", now) is None


def test_retry_after_without_a_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9110, 5.6.7: C's asctime form counts too, wherever the crawl runs."""
    now = 784_111_777.0 - 60
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert retry_after_seconds("Sun Nov  6 08:49:37 1994", now) == 60.0
        assert retry_after_seconds("Sun, 06 Nov 1994 08:49:37 -0000", now) == 60.0
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("value", ["999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_retry_after_closes_no_archive_for_ever(value: str) -> None:
    """What is stored is never cleared, so that it is thirty days at most."""
    assert retry_after_seconds(value, 1_800_000_000.0) == 30 * 86_400.0


def test_the_breaker_counts_only_failures_in_a_row() -> None:
    """Two, a good one, then three: it stops at the third and says what the last one was."""
    breaker = Breaker(replace(RULES, failures_in_a_row=3).failures_in_a_row)
    breaker.bad("one")
    breaker.bad("two")
    breaker.good()
    breaker.bad("three")
    breaker.bad("four")
    with pytest.raises(CrawlStopped, match="3 failures in a row, the last one: five"):
        breaker.bad("five")
