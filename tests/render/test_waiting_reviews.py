"""Reviews that are waited for: their place, an estimate, and what there is of the text."""

import pytest

from artreview.limits import LEASE_SECONDS, QUEUE_PLACES
from artreview.review import Mail, State
from artreview.site import Pace
from tests.render.visit import LINES, Visit
from tests.samples import NOW, REVIEW_ID

PAGE = f"/r/{REVIEW_ID}"
STATUS = f"{PAGE}/status"
PROMPT = "A blue horse in the rain"


def test_a_waiting_review_tells_its_place_and_an_estimate(site: Visit) -> None:
    """Two are ahead, two are written at a time, each takes 38 s: the second turn ends in 76 s."""
    site.account.site.record_pace(Pace(tokens_per_second=18, seconds_per_review=38))
    site.plant(State.WRITING, id="a" * 16, created_at=NOW - 20)
    site.plant(State.QUEUED, id="b" * 16, created_at=NOW - 10)
    site.plant(State.QUEUED)
    answer = site.get(PAGE)
    assert answer.one("[data-place]").get_text() == "2 reviews are ahead"
    assert answer.one("[data-estimate]").get_text() == "about 2 minutes"
    assert answer.headers["cache-control"] == "no-store"
    assert site.get(STATUS).json == {
        "state": "queued",
        "position": 3,
        "tokens": 0,
        "target_tokens": 0,
        "text": "",
        "eta_seconds": 76,
    }


def test_the_next_in_line_is_the_first(site: Visit) -> None:
    """Position 1 is next; with nothing known of the pace, no estimate is made up."""
    site.plant(State.QUEUED)
    status = site.get(STATUS).json
    assert (status["position"], status["eta_seconds"]) == (1, None)
    answer = site.get(PAGE)
    assert answer.one("[data-place]").get_text() == "Next in line"
    assert answer.one("[data-estimate]").get_text() == "not known yet"


def test_a_long_queue_is_not_counted_to_its_end(
    site: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the last place that is counted, the page says so."""
    monkeypatch.setattr(type(site.account.store), "place_in_queue", lambda *_: QUEUE_PLACES + 1)
    site.plant(State.QUEUED)
    assert site.get(PAGE).one("[data-place]").get_text() == "More than 1,000 are ahead"


def test_a_review_being_written_shows_what_there_is(site: Visit) -> None:
    """The text so far, a bar, and an estimate from this review's own speed."""
    site.plant(State.WRITING, tokens=100, target_tokens=400)
    site.world.pass_time(10)
    status = site.get(STATUS).json
    assert status["state"] == "writing"
    assert status["position"] == 0
    assert (status["tokens"], status["target_tokens"]) == (100, 400)
    assert status["text"] == PROMPT + LINES
    assert status["eta_seconds"] == 30
    answer = site.get(PAGE)
    assert "Nobody has looked at it" in answer.main
    assert (answer.one("progress")["value"], answer.one("progress")["max"]) == ("100", "400")
    assert answer.one("[data-estimate]").get_text() == "about 30 seconds"
    assert answer.one("[data-follow]")["data-follow"] == f"{STATUS}?set"


def test_nothing_is_promised_when_the_worker_has_died(site: Visit) -> None:
    """Behind the end of its lease nobody knows when another takes over."""
    site.account.site.record_pace(Pace(tokens_per_second=10.0, seconds_per_review=40.0))
    site.plant(State.WRITING, text="A blue horse", tokens=100, target_tokens=400)
    site.world.pass_time(LEASE_SECONDS + 1)
    assert site.get(STATUS).json["eta_seconds"] is None


def test_a_review_just_begun_is_estimated_from_those_before(site: Visit) -> None:
    """The first words say nothing about the speed yet."""
    site.account.site.record_pace(Pace(tokens_per_second=20, seconds_per_review=38))
    site.plant(State.WRITING, tokens=1, target_tokens=401)
    assert site.get(STATUS).json["eta_seconds"] == 20
    site.change(target_tokens=0)
    assert site.get(STATUS).json["eta_seconds"] == 38


def test_a_review_that_is_late_still_takes_a_moment(site: Visit) -> None:
    """An estimate never says that nothing is left, and never less than that."""
    site.account.site.record_pace(Pace(tokens_per_second=20, seconds_per_review=38))
    site.plant(State.WRITING)
    site.world.pass_time(500)
    site.change(lease_until=int(site.world.now()) + LEASE_SECONDS)
    assert site.get(STATUS).json["eta_seconds"] == 1


@pytest.mark.parametrize("state", [State.QUEUED, State.WRITING])
def test_without_script_a_waiting_page_asks_again_by_itself(site: Visit, state: State) -> None:
    """And only where there is no script; the finished page does not."""
    site.plant(state)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in site.get(PAGE).text


@pytest.mark.parametrize("state", [State.QUEUED, State.WRITING])
def test_who_waits_has_something_to_read(site: Visit, state: State) -> None:
    """A whole review, folded up so that the one being written stays where it is."""
    site.plant(state)
    answer = site.get(PAGE)
    meanwhile = answer.one("details.meanwhile")
    assert not meanwhile.has_attr("open")
    assert len(meanwhile.get_text().split()) > 300
    assert "Reviews to read meanwhile" in answer.one(".progress noscript").get_text()


def test_what_is_said_aloud_are_milestones(site: Visit) -> None:
    """One polite status for a reader that hears the page, apart from the text that grows."""
    site.plant(State.WRITING, tokens=100, target_tokens=400)
    answer = site.get(PAGE)
    assert answer.one("[role=status]").get_text() == ""
    assert answer.page.select("[aria-live], [data-text] [role=status]") == []
    script = site.get("/static/waiting.js").text
    for milestone in ("The machine has begun to write.", "Half of it is written."):
        assert milestone in script


def test_who_gave_an_address_is_told_of_the_mail(site: Visit) -> None:
    """Who gave none is told to keep the link."""
    site.plant(State.QUEUED)
    assert "A mail with the link follows" in site.get(PAGE).main
    site.change(mail=Mail.NONE)
    assert "You need not stay" in site.get(PAGE).main


def test_words_that_stand_alone_turn_their_paragraph(site: Visit) -> None:
    """`dir=auto` does not look into `bdi`: Arabic that nothing follows yet would begin at the left.

    Once something is written, the words are isolated from it.
    """
    site.plant(State.QUEUED, prompt="حصان أزرق")
    paragraph = site.get(PAGE).one("[data-text] p")
    assert paragraph["dir"] == "auto"
    assert [child.name for child in paragraph.find_all(True)] == ["span"]
    assert site.get(PAGE).one("[data-text] .given").get_text() == "حصان أزرق"
    site.plant(State.WRITING, id="a" * 16, prompt="حصان أزرق")
    assert site.get(f"/r/{'a' * 16}").one("[data-text] .given").name == "bdi"
