"""The links that a mail about a review carries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from artreview.limits import CONFIRMATION_SECONDS
from artreview.links import confirm_path, delete_path, leave_path
from artreview.review import Review
from artreview.subscribers import Subscriber, Subscribers


@dataclass(frozen=True, slots=True)
class Links:
    """Whole addresses; empty where the mail has no such link."""

    review: str
    delete: str
    confirm: str = ""
    """For somebody who asked for news, with this review or before, and has not confirmed it."""
    asked_at: float = 0.0
    """When they asked last; from then on they have `CONFIRMATION_SECONDS`."""
    leave: str = ""
    """For a subscriber."""


@dataclass(frozen=True, slots=True)
class LinkMaker:
    """Makes the links for one mail."""

    site_url: str
    subscribers: Subscribers
    keys: Sequence[bytes]

    def links_for(self, review: Review, now: float) -> Links:
        """Return the links for a mail that goes out now.

        The address of somebody who asks to subscribe is kept from here on until they confirm it, or
        for seven days: the review forgets it with its mail. While it is kept, every mail to it says
        so, also one about a review that news was not asked for with.
        """
        review_path = f"/r/{review.id}"
        links = Links(
            review=self.site_url + review_path,
            delete=self.site_url + delete_path(review.id, self.keys),
        )
        subscriber = self._subscriber(review, now)
        if subscriber is None:
            return links
        if subscriber.is_confirmed:
            return replace(links, leave=self.site_url + leave_path(subscriber.id, self.keys))
        return replace(
            links,
            confirm=self.site_url + confirm_path(subscriber.id, now, self.keys),
            asked_at=subscriber.expires_at - CONFIRMATION_SECONDS,
        )

    def _subscriber(self, review: Review, now: float) -> Subscriber | None:
        if review.wants_updates:
            return self.subscribers.propose(review.address, now)
        return self.subscribers.find(review.address, now)
