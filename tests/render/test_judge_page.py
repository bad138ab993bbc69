"""The page where the operator judges a report: it shows the text, and changes nothing."""

import pytest

from artreview.links import delete_path, judge_path
from artreview.review import State
from tests.aws import KEYS
from tests.render.visit import Visit
from tests.samples import NOW, REVIEW_ID
from tests.submit.hidden import OPERATOR

LINK = judge_path(REVIEW_ID, NOW, KEYS)
OTHER_ID = "fedcba9876543210"


@pytest.fixture
def hidden(site: Visit) -> Visit:
    """Return the site, on which a finished review was reported."""
    site.plant(State.READY, prompt="A <b>blue</b> horse")
    site.account.store.block(REVIEW_ID, NOW, tells_operator=True)
    return site


def test_it_shows_all_that_is_needed_to_judge(hidden: Visit) -> None:
    """Title, text as text, when; two buttons that post to this very link."""
    answer = hidden.get(LINK)
    assert answer.status == 200
    assert answer.one("main blockquote").get_text() == "A <b>blue</b> horse"
    assert "the rain goes on" in answer.main
    assert "15 January 2027, 08:00 UTC" in answer.main
    form = answer.one("main form")
    assert (form["method"], form["action"]) == ("post", LINK)
    buttons = answer.page.select("main form button")
    assert [(button["name"], button["value"]) for button in buttons] == [
        ("decision", "keep"),
        ("decision", "restore"),
    ]


def test_nobody_else_learns_of_the_link(hidden: Visit) -> None:
    """No cache, no search engine, no referrer; and on no page that visitors see."""
    answer = hidden.get(LINK)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.one("meta[name=robots]")["content"] == "noindex"
    for path in (f"/r/{REVIEW_ID}", "/gallery", "/feed.xml", "/sitemap.xml", "/robots.txt"):
        assert "/judge" not in hidden.get(path).text
    assert OPERATOR not in answer.text


def test_a_link_that_is_followed_changes_nothing(hidden: Visit) -> None:
    """Mail scanners do so, with GET and with HEAD."""
    before = hidden.account.items("REVIEWS_TABLE")
    assert [hidden.get(LINK, method=method).status for method in ("GET", "HEAD")] == [200, 200]
    assert hidden.account.items("REVIEWS_TABLE") == before


def test_what_had_no_text_says_so(site: Visit) -> None:
    """It was reported while it waited."""
    site.plant(State.BLOCKED)
    assert "A blue horse in the rain" in site.get(LINK).main
    assert "Nothing of it had been written" not in site.get(LINK).main
    site.change(prompt=" ", text="")
    assert "Nothing of it had been written yet" in site.get(LINK).main


def test_who_kept_it_hidden_can_think_again(hidden: Visit) -> None:
    """One button, and when it was decided."""
    hidden.change(judged_at=int(NOW + 3600))
    answer = hidden.get(LINK)
    assert "You decided so on 15 January 2027, 09:00 UTC" in answer.main
    assert [button["value"] for button in answer.page.select("main button")] == ["restore"]


def test_what_is_shown_again_leads_to_the_review(hidden: Visit) -> None:
    """No buttons any more."""
    hidden.change(state="ready", restored_at=int(NOW + 60))
    answer = hidden.get(LINK)
    assert "three visitors" in answer.main
    assert answer.page.select("main form") == []
    assert answer.page.select(f'main a[href="/r/{REVIEW_ID}"]')


def test_an_old_link_says_that_it_was_hidden_anew(hidden: Visit) -> None:
    """Nothing to press, and none of the text."""
    answer = hidden.get(judge_path(REVIEW_ID, NOW - 60, KEYS))
    assert "It was hidden anew" in answer.main
    assert answer.page.select("main form") == []
    assert "the rain goes on" not in answer.main


def test_what_was_deleted_is_gone(hidden: Visit) -> None:
    """410, as its page."""
    hidden.account.store.delete(REVIEW_ID)
    assert hidden.get(LINK).status == 410


@pytest.mark.parametrize(
    "path",
    [
        f"/r/{REVIEW_ID}/judge",
        f"/r/{REVIEW_ID}/judge?token=rubbish",
        f"/r/{REVIEW_ID}/judge?token={delete_path(REVIEW_ID, KEYS).partition('=')[2]}",
        f"/r/{REVIEW_ID}/judge?token={judge_path(OTHER_ID, NOW, KEYS).partition('=')[2]}",
        f"/r/{REVIEW_ID}/judge?token={judge_path(REVIEW_ID, NOW, [bytes(32)]).partition('=')[2]}",
        f"/r/{REVIEW_ID}/delete?{LINK.partition('?')[2]}",
    ],
)
def test_another_token_shows_nothing(hidden: Visit, path: str) -> None:
    """403, and of the review not a word."""
    answer = hidden.get(path)
    assert answer.status == 403
    assert "horse" not in answer.text


def test_an_id_in_capitals_leads_to_the_page(hidden: Visit) -> None:
    """301, the token with it."""
    answer = hidden.get(LINK.replace(REVIEW_ID, REVIEW_ID.upper()))
    assert (answer.status, answer.headers["location"]) == (301, LINK)


def test_an_unknown_review_is_not_found(site: Visit) -> None:
    """404."""
    assert site.get(LINK).status == 404


def test_it_says_what_it_takes(hidden: Visit) -> None:
    """Other methods are refused with the ones that are not."""
    assert hidden.get(LINK, method="PUT").headers["allow"] == "GET, HEAD, POST"
