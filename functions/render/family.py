"""The reviews that a review descends from, and those that descend from it, as far as all may know.

A review outside the gallery can be read only by those who have its link, and whoever answers it may
pass another link on. So a page names only relatives that are in the gallery, above it and below it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from artreview.errors import ReviewNotFound
from artreview.lineage import Lineage
from artreview.review import Kinship, Review, State
from artreview.store import ReviewStore

_MOST_CHILDREN = 12
"""The newest; a page that half the town has answered stays a page."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A review as the page of another one names it."""

    id: str
    prompt: str
    eccentricity: int
    settled_at: float


@dataclass(frozen=True, slots=True)
class Family:
    """What a review's page tells of others."""

    answered: Relative | None = None
    """The review that this one answers."""
    repeated: Relative | None = None
    """The review that was begun with the same words before."""
    answers: tuple[Relative, ...] = ()
    """The reviews that answer this one, the newest first."""
    repeats: tuple[Relative, ...] = ()
    """The reviews that were begun with the same words after it, the newest first."""


NO_FAMILY = Family()


def family_of(review: Review, store: ReviewStore, lineage: Lineage) -> Family:
    """Return the family of a review; one that is not ready has none yet."""
    if review.state is not State.READY:
        return NO_FAMILY
    parent = _parent_of(review, store)
    children = lineage.children(review.id, _MOST_CHILDREN)
    return Family(
        answered=parent if review.kinship is Kinship.ANSWER else None,
        repeated=parent if review.kinship is Kinship.AGAIN else None,
        answers=_of_kind(Kinship.ANSWER, review, children),
        repeats=_of_kind(Kinship.AGAIN, review, children),
    )


def _parent_of(review: Review, store: ReviewStore) -> Relative | None:
    if not review.parent:
        return None
    try:
        parent = store.get(review.parent)
    except ReviewNotFound:
        return None
    is_listed = parent.state is State.READY and bool(parent.gallery_place)
    if not is_listed or not _is_kin(review, parent):
        return None
    return _relative(parent)


def _of_kind(kinship: Kinship, parent: Review, children: Iterable[Review]) -> tuple[Relative, ...]:
    return tuple(
        _relative(child)
        for child in children
        if child.kinship is kinship and _is_kin(child, parent)
    )


def _is_kin(child: Review, parent: Review) -> bool:
    """Tell whether the two are what the child says, as `submit` checked when it was stored."""
    return child.kinship is Kinship.ANSWER or child.prompt == parent.prompt


def _relative(review: Review) -> Relative:
    return Relative(review.id, review.prompt, review.eccentricity, review.settled_at)
