"""The pages that a mail's links lead to: they ask, and change nothing."""

import io

import pytest

from artreview.links import confirm_path, delete_path, leave_path
from artreview.review import State
from functions.render import handler
from tests.aws import KEYS, Account
from tests.render.visit import Answer, Visit
from tests.samples import NOW, REVIEW_ID

SOMEBODY = bytes(range(16))
OTHER_ID = "fedcba9876543210"
DELETE = delete_path(REVIEW_ID, KEYS)
PATHS = [DELETE, confirm_path(SOMEBODY, NOW, KEYS), leave_path(SOMEBODY, KEYS)]


def everything(account: Account) -> list[object]:
    """Return all that is stored."""
    names = ("REVIEWS_TABLE", "SITE_TABLE", "SUBSCRIBERS_TABLE", "LIMITS_TABLE")
    return [account.items(name) for name in names]


def check_asks(answer: Answer, path: str) -> None:
    """Fail unless the page has one button, which posts to its own address; no cache keeps it."""
    assert answer.status == 200
    form = answer.one("main form")
    assert (form["method"], form["action"]) == ("post", path)
    assert len(answer.page.select("main button[type=submit]")) == 1
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.one("meta[name=robots]")["content"] == "noindex"


@pytest.mark.parametrize("path", PATHS)
def test_a_link_asks_and_changes_nothing(site: Visit, path: str) -> None:
    """Mail scanners follow it, with GET and with HEAD, and nothing happens."""
    site.plant(State.READY, wants_updates=True)
    before = everything(site.account)
    for _ in range(2):
        check_asks(site.get(path), path)
    assert site.get(path, method="HEAD").status == 200
    assert everything(site.account) == before


@pytest.mark.parametrize(
    "state", [State.QUEUED, State.WRITING, State.READY, State.FAILED, State.BLOCKED]
)
def test_a_review_can_be_deleted_in_whatever_state(site: Visit, state: State) -> None:
    """The page quotes it as text, and leads back to it where it can be read."""
    site.plant(state, prompt="A <b>blue</b> horse")
    answer = site.get(DELETE)
    check_asks(answer, DELETE)
    assert answer.one("blockquote").get_text() == "A <b>blue</b> horse"
    back = answer.page.select(f'main a[href="/r/{REVIEW_ID}"]')
    assert len(back) == (state is not State.BLOCKED)


def test_an_id_in_capitals_leads_to_the_page(site: Visit) -> None:
    """301 to the same link, its token with it, as for the review's own page."""
    site.plant(State.READY)
    answer = site.get(DELETE.replace(REVIEW_ID, REVIEW_ID.upper()))
    assert (answer.status, answer.headers["location"]) == (301, DELETE)


def test_what_was_deleted_is_gone(site: Visit) -> None:
    """410, at the link and on the page, which says so as for one that was reported."""
    site.plant(State.READY)
    site.account.store.delete(REVIEW_ID)
    for address in (DELETE, f"/r/{REVIEW_ID}", f"/r/{REVIEW_ID}.txt", f"/r/{REVIEW_ID}.json"):
        assert site.get(address).status == 410
    assert "This review has been taken down" in site.get(f"/r/{REVIEW_ID}").main
    status = site.get(f"/r/{REVIEW_ID}/status")
    assert (status.status, status.json["state"], status.json["text"]) == (410, "deleted", "")


@pytest.mark.parametrize(
    "path",
    [
        f"/r/{REVIEW_ID}/delete",
        f"/r/{REVIEW_ID}/delete?token=",
        f"/r/{REVIEW_ID}/delete?token=rubbish",
        f"/r/{REVIEW_ID}/delete?token=%FF%00",
        f"/r/{REVIEW_ID}/delete?token={delete_path(OTHER_ID, KEYS).partition('=')[2]}",
        f"/r/{REVIEW_ID}/delete?token={PATHS[1].partition('=')[2]}",
        "/subscription/confirm",
        "/subscription/leave?token=" + "A" * 5000,
        f"/subscription/confirm?token={PATHS[2].partition('=')[2]}",
        f"/subscription/leave?token={DELETE.partition('=')[2]}",
    ],
)
def test_another_token_opens_nothing(site: Visit, path: str) -> None:
    """403 with what to do, as a page and as JSON; of the review not a word."""
    site.plant(State.READY)
    answer = site.get(path)
    assert answer.status == 403
    assert "Open it from the mail again" in answer.main
    assert "horse" not in answer.text
    assert answer.page.select("main form") == []
    assert site.get(path, accept="application/json").json["error"]["code"] == "link_refused"


@pytest.mark.parametrize("review_id", ["0" * 16, "x" * 50, "..", "%00"])
def test_an_unknown_review_is_not_found(site: Visit, review_id: str) -> None:
    """404, with a token that would be right."""
    token = delete_path("0" * 16, KEYS).partition("=")[2]
    assert site.get(f"/r/{review_id}/delete?token={token}").status == 404


@pytest.mark.parametrize(
    ("path", "words"),
    [("/subscription/confirmed", "on the list"), ("/subscription/left", "have left the list")],
)
def test_what_was_done_is_said(site: Visit, path: str, words: str) -> None:
    """In words, with a way on."""
    answer = site.get(path)
    assert answer.status == 200
    assert words in answer.main
    assert answer.page.select('main a[href="/generate"]')


@pytest.mark.parametrize("path", PATHS)
def test_these_pages_say_what_they_take(site: Visit, path: str) -> None:
    """Other methods are refused with the ones that are not."""
    assert site.get(path, method="PUT").headers["allow"] == "GET, HEAD, POST"


def test_the_log_holds_no_token(site: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads it cannot press a button."""
    site.plant(State.READY)
    written = io.StringIO()
    monkeypatch.setattr(handler.logger.registered_handler, "stream", written)
    for path in (*PATHS, DELETE[:-3]):
        site.get(path)
    log = written.getvalue()
    assert log.count("answered") == 4
    for path in PATHS:
        assert path.partition("=")[2][:20] not in log
