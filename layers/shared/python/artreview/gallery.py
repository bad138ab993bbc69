"""The gallery: the finished reviews whose submitters agreed to be listed, the newest first.

The index `gallery` of the reviews' table is sparse: only a review that is ready and agreed to has
its two attributes. Both come and go in the same conditional write as the review's state
(`artreview.store`), so a review is listed exactly as long as it may be. The index holds keys alone.
What a page shows is read from the table itself, consistently, because an index follows a moment
later, and a review that was just reported must not be shown any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import ConditionBase, Key

from artreview.batch import MOST_AT_ONCE, ready_reviews
from artreview.permalink import ALPHABET, LENGTH
from artreview.review import Review

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

GALLERY_INDEX = "gallery"
GALLERY_ATTRIBUTES = ("gallery", "gallery_place")
"""What the index is made of; a review without them is not in it."""

_LISTED = "1"
"""The index's one partition, which takes 1,000 new reviews a second."""
_TIME_CHARACTERS = 10
"""50 bits of milliseconds: enough until the year 37648."""


def gallery_place(review_id: str, settled_at: float) -> str:
    """Return where a review stands: 26 characters, the time first, so that they sort by time.

    The form is that of a ULID (https://github.com/ulid/spec), in lower case: 10 characters of
    milliseconds since 1970, then the review's id.
    """
    milliseconds = round(settled_at * 1000)
    shifts = range(5 * (_TIME_CHARACTERS - 1), -1, -5)
    return "".join(ALPHABET[(milliseconds >> shift) & 31] for shift in shifts) + review_id


def is_gallery_place(text: str) -> bool:
    """Tell whether the text has the form of a place, whether or not a review stands there."""
    is_long_enough = len(text) == _TIME_CHARACTERS + LENGTH
    return is_long_enough and all(character in ALPHABET for character in text)


def gallery_values(review_id: str, settled_at: float) -> dict[str, str]:
    """Return the attributes that put a review into the gallery."""
    return {"gallery": _LISTED, "gallery_place": gallery_place(review_id, settled_at)}


@dataclass(frozen=True, slots=True)
class Listing:
    """What is told of a listed review without reading it."""

    id: str
    settled_at: float
    """When it came into the gallery, in seconds since 1970: finished, or restored later."""


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """A page of the gallery."""

    reviews: tuple[Review, ...]
    """The newest first; one that was hidden a moment ago is left out."""
    older: str
    """The place to go on from; empty where nothing older is listed."""
    newer: str = ""
    """The place to go back from; empty where nothing newer is listed."""


class Gallery:
    """Reads the gallery; `artreview.store` alone writes it."""

    def __init__(self, table: "Table") -> None:
        """Keep the table, whose key is `id` and whose index is `gallery`."""
        self._table = table

    def page(self, size: int, before: str = "") -> GalleryPage:
        """Return at most `size` reviews (1 to 100) that are older than the place `before`.

        Without a place they are the newest. No review need stand at the place any more.
        """
        _check(size)
        found = self._places(size + 1, before)
        shown = found[:size]
        newer = shown[0] if before and shown else ""
        return self._page(shown, older=shown[-1] if len(found) > size else "", newer=newer)

    def page_after(self, size: int, after: str) -> GalleryPage:
        """Return the `size` reviews (1 to 100) that are next newer than the place `after`.

        Where there are no more of them than that, they are the newest: `newer` is empty.
        """
        _check(size)
        found = self._places(size + 1, after=after)
        shown = found[:size][::-1]
        older = shown[-1] if shown else ""
        return self._page(shown, older=older, newer=shown[0] if len(found) > size else "")

    def chosen(self, ids: Sequence[str]) -> tuple[Review, ...]:
        """Return those of the reviews (100 at most) that are listed now, in this order."""
        reviews = ready_reviews(self._table, ids[:MOST_AT_ONCE]) if ids else ()
        return tuple(review for review in reviews if review.gallery_place)

    def listings(self, most: int) -> tuple[Listing, ...]:
        """Return the newest listed reviews, at most so many, by id and time alone."""
        return tuple(Listing(_id_in(place), _time_in(place)) for place in self._places(most))

    def _page(self, places: list[str], *, older: str, newer: str) -> GalleryPage:
        reviews = ready_reviews(self._table, [_id_in(place) for place in places]) if places else ()
        return GalleryPage(reviews, older, newer)

    def _places(self, most: int, before: str = "", after: str = "") -> list[str]:
        """Return places, the newest first; behind `after` the oldest first."""
        condition: ConditionBase = Key("gallery").eq(_LISTED)
        if before:
            condition &= Key("gallery_place").lt(before)
        if after:
            condition &= Key("gallery_place").gt(after)
        request: dict[str, Any] = {
            "IndexName": GALLERY_INDEX,
            "KeyConditionExpression": condition,
            "ScanIndexForward": bool(after),
        }
        places: list[str] = []
        while len(places) < most:
            answer = self._table.query(**request, Limit=most - len(places))
            places += [str(item["gallery_place"]) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return places


def _check(size: int) -> None:
    if not 1 <= size <= MOST_AT_ONCE:
        raise ValueError(f"a page holds 1 to {MOST_AT_ONCE} reviews, got {size}")


def _id_in(place: str) -> str:
    return place[_TIME_CHARACTERS:]


def _time_in(place: str) -> float:
    milliseconds = 0
    for character in place[:_TIME_CHARACTERS]:
        milliseconds = milliseconds << 5 | ALPHABET.index(character)
    return milliseconds / 1000
