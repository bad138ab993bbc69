"""The links that a mail carries, and what is kept for them."""

from urllib.parse import urlsplit

from artreview.links import CONFIRM, LEAVE, check_delete_token, subscriber_of
from functions.generate.links import LinkMaker
from tests.aws import KEYS, Account
from tests.samples import NOW, REVIEW_ID, queued_review

SITE = "https://reviews.example.org"
ADDRESS = "reader@example.org"


def token_of(link: str) -> str:
    """Return a link's token."""
    return urlsplit(link).query.removeprefix("token=")


def maker(account: Account) -> LinkMaker:
    """Return what makes links, on the account in memory."""
    return LinkMaker(SITE, account.subscribers, KEYS)


def test_a_mail_brings_its_review_and_the_way_to_delete_it(account: Account) -> None:
    """And nothing else, and nothing is kept, where nobody asked for news."""
    links = maker(account).links_for(queued_review(), NOW)
    assert links.review == f"{SITE}/r/{REVIEW_ID}"
    assert links.delete.startswith(f"{links.review}/delete?token=")
    check_delete_token(REVIEW_ID, token_of(links.delete), KEYS)
    assert (links.confirm, links.leave) == ("", "")
    assert account.items("SUBSCRIBERS_TABLE") == []


def test_who_asks_for_news_is_asked_back(account: Account) -> None:
    """The link to confirm; the address is kept for it, and is in no link."""
    links = maker(account).links_for(queued_review(wants_updates=True), NOW)
    asked = subscriber_of(CONFIRM, token_of(links.confirm), KEYS)
    assert links.leave == ""
    (item,) = account.items("SUBSCRIBERS_TABLE")
    assert (item["id"], item["address"]) == (asked.hex(), ADDRESS)
    assert "reader" not in str(links)


def test_a_subscriber_can_leave_from_every_mail(account: Account) -> None:
    """Also from one that they did not ask for news with; they are not asked again."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    account.subscribers.confirm(asked.id, NOW)
    for wants in (True, False):
        links = maker(account).links_for(queued_review(wants_updates=wants), NOW)
        assert subscriber_of(LEAVE, token_of(links.leave), KEYS) == asked.id
        assert links.confirm == ""
