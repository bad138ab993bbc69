"""The links that a mail carries, and what is kept for them."""

from urllib.parse import urlsplit

from artreview.limits import CONFIRMATION_SECONDS
from artreview.links import check_delete_token, who_confirms, who_leaves
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
    asked, mailed_at = who_confirms(token_of(links.confirm), KEYS)
    assert (mailed_at, links.asked_at) == (NOW, NOW)
    assert links.leave == ""
    (item,) = account.items("SUBSCRIBERS_TABLE")
    assert (item["id"], item["address"]) == (asked.hex(), ADDRESS)
    assert "reader" not in str(links)


def test_a_subscriber_can_leave_from_every_mail(account: Account) -> None:
    """Also from one that they did not ask for news with; they are not asked again."""
    asked = account.subscribers.propose(ADDRESS, NOW)
    account.subscribers.confirm(asked.id, NOW, NOW)
    for wants in (True, False):
        links = maker(account).links_for(queued_review(wants_updates=wants), NOW)
        assert who_leaves(token_of(links.leave), KEYS) == asked.id
        assert links.confirm == ""


def test_a_mail_tells_that_its_address_is_kept_from_an_earlier_one(account: Account) -> None:
    """News was asked for with the first review alone; the second mail's link is good as well."""
    maker(account).links_for(queued_review(wants_updates=True), NOW)
    (before,) = account.items("SUBSCRIBERS_TABLE")
    later = NOW + 86400
    links = maker(account).links_for(queued_review(), later)
    assert links.asked_at == NOW
    assert account.items("SUBSCRIBERS_TABLE") == [before]
    account.subscribers.confirm(*who_confirms(token_of(links.confirm), KEYS), later + 60)
    assert links.leave == ""


def test_a_mail_after_the_seven_days_says_nothing_of_news(account: Account) -> None:
    """Nobody may confirm any more, whether or not the database has erased the address yet."""
    maker(account).links_for(queued_review(wants_updates=True), NOW)
    links = maker(account).links_for(queued_review(), NOW + CONFIRMATION_SECONDS)
    assert (links.confirm, links.leave) == ("", "")
