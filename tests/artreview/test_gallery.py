"""The gallery: who is listed, in which order, and who is not any more."""

from collections.abc import Callable
from typing import Any

import pytest

from artreview import gallery
from artreview.gallery import gallery_place, is_gallery_place
from artreview.permalink import ALPHABET
from artreview.review import Provenance
from tests.aws import Account
from tests.samples import NOW, REVIEW_ID, queued_review

MADE_BY = Provenance("small", "0123456789ab", 3.25)
IDS = [character * 16 for character in "abcde"]


def finish(account: Account, review_id: str, at: float = NOW, **changes: Any) -> None:
    """Take a review that may be listed to `ready`."""
    account.store.add(queued_review(**{"id": review_id, "in_gallery": True} | changes))
    account.store.finish(account.store.claim(review_id, "lease", at), MADE_BY, at)


def shown(account: Account, size: int = 10, before: str = "") -> list[str]:
    """Return the ids on a page of the gallery."""
    return [review.id for review in account.gallery.page(size, before).reviews]


def test_only_a_finished_review_whose_submitter_agreed_is_listed(account: Account) -> None:
    """Neither one that is being written, nor one that was meant for few."""
    account.store.add(queued_review(id=IDS[0], in_gallery=True))
    account.store.claim(IDS[0], "lease", NOW)
    finish(account, IDS[1], in_gallery=False)
    assert shown(account) == []
    assert "gallery" not in account.item(IDS[1])
    finish(account, IDS[2])
    assert shown(account) == [IDS[2]]
    assert account.gallery.page(10).reviews == (account.store.get(IDS[2]),)


def test_the_newest_comes_first_and_pages_follow_each_other(account: Account) -> None:
    """Each review is on one page, two that were finished in one moment as well."""
    moments = (NOW, NOW + 7, NOW + 7, NOW + 3, NOW + 0.001)
    for review_id, moment in zip(IDS, moments, strict=True):
        finish(account, review_id, moment)
    order = [IDS[2], IDS[1], IDS[3], IDS[4], IDS[0]]
    assert shown(account) == order
    seen: list[str] = []
    before = ""
    for expected in (2, 2, 1):
        page = account.gallery.page(2, before)
        assert len(page.reviews) == expected
        seen += [review.id for review in page.reviews]
        before = page.older
    assert (seen, before) == (order, "")


def test_pages_are_turned_back_as_they_were_turned(account: Account) -> None:
    """The page before is the one that one came from; the newest has none before it."""
    for number, review_id in enumerate(IDS):
        finish(account, review_id, NOW + number)
    first = account.gallery.page(2)
    second = account.gallery.page(2, first.older)
    third = account.gallery.page(2, second.older)
    assert (first.newer, third.older) == ("", "")
    assert account.gallery.page_after(2, third.newer) == second
    back = account.gallery.page_after(2, second.newer)
    assert (back.reviews, back.newer) == (first.reviews, "")
    assert account.gallery.page_after(2, gallery_place(IDS[4], NOW + 4)).reviews == ()


def block(account: Account, review_id: str) -> None:
    """Hide it after a report."""
    account.store.block(review_id, NOW + 1)


def settle_late(account: Account, review_id: str) -> None:
    """Hide it in the table, as seen while the index has not followed yet."""
    account.store._table.update_item(
        Key={"id": review_id},
        UpdateExpression="SET #state = :state",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":state": "blocked"},
    )


def remove(account: Account, review_id: str) -> None:
    """Delete it, as an operator may."""
    account.store._table.delete_item(Key={"id": review_id})


@pytest.mark.parametrize("hide", [block, settle_late, remove])
def test_what_is_hidden_is_gone_at_once(
    account: Account, hide: Callable[[Account, str], None]
) -> None:
    """Also while the index still holds it; and the pages after its place are still found."""
    for number, review_id in enumerate(IDS):
        finish(account, review_id, NOW + number)
    older = account.gallery.page(2).older
    hide(account, IDS[3])
    assert shown(account) == [IDS[4], IDS[2], IDS[1], IDS[0]]
    assert shown(account, 2, older) == [IDS[2], IDS[1]]


def test_a_report_takes_a_review_out_of_the_index_too(account: Account) -> None:
    """In the write that hides it."""
    finish(account, REVIEW_ID)
    assert account.store.get(REVIEW_ID).gallery_place
    account.store.block(REVIEW_ID, NOW + 1)
    assert not {"gallery", "gallery_place"} & account.item(REVIEW_ID).keys()
    assert account.gallery.listings(10) == ()


def test_a_listing_tells_the_id_and_the_moment(account: Account) -> None:
    """All that a sitemap needs, from the index alone, the newest first, no more than asked for."""
    for number, review_id in enumerate(IDS):
        finish(account, review_id, NOW + number + 0.25)
    listings = account.gallery.listings(3)
    assert [(listing.id, listing.settled_at) for listing in listings] == [
        (IDS[4], NOW + 4.25),
        (IDS[3], NOW + 3.25),
        (IDS[2], NOW + 2.25),
    ]


def test_an_answer_in_parts_is_put_together(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB may return a page of keys at a time, and leave items for another request."""
    for number, review_id in enumerate(IDS):
        finish(account, review_id, NOW + number)
    table = account.gallery._table
    query, batch = table.query, table.meta.client.batch_get_item

    def short_query(**request: Any) -> Any:
        return query(**request | {"Limit": 1})

    def short_batch(RequestItems: Any) -> Any:  # noqa: N803  # the name is DynamoDB's
        ((name, asked),) = RequestItems.items()
        now, later = asked["Keys"][:1], asked["Keys"][1:]
        answer = batch(RequestItems={name: asked | {"Keys": now}})
        return answer | {"UnprocessedKeys": {name: asked | {"Keys": later}} if later else {}}

    monkeypatch.setattr(table, "query", short_query)
    monkeypatch.setattr(table.meta.client, "batch_get_item", short_batch)
    assert shown(account) == IDS[::-1]


@pytest.mark.parametrize("size", [0, -1, 101])
def test_a_page_has_a_size(account: Account, size: int) -> None:
    """No more than one request can read."""
    with pytest.raises(ValueError, match="1 to 100"):
        account.gallery.page(size)
    with pytest.raises(ValueError, match="1 to 100"):
        account.gallery.page_after(size, "0" * 26)


def test_places_sort_by_time_and_say_whose_they_are() -> None:
    """To the millisecond; the id decides between equals."""
    moments = [0.0, 0.001, 1.0, NOW, NOW + 0.001, NOW + 0.032, 2 * NOW]
    places = [gallery_place(REVIEW_ID, moment) for moment in moments]
    assert places == sorted(places)
    assert [gallery._time_in(place) for place in places] == moments
    assert {gallery._id_in(place) for place in places} == {REVIEW_ID}
    assert sorted(ALPHABET) == [*ALPHABET]  # else the order of texts is not that of numbers


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (gallery_place(REVIEW_ID, NOW), True),
        ("z" * 26, True),
        ("", False),
        ("0" * 25, False),
        ("0" * 27, False),
        ("0" * 25 + "u", False),
        ("0" * 25 + "A", False),
        ("0" * 25 + "é", False),
        ("0" * 25 + "\n", False),
    ],
)
def test_a_place_has_a_form(text: str, is_one: bool) -> None:
    """What came from an address is looked at before the table is asked."""
    assert is_gallery_place(text) is is_one
