"""The links that a mail about a review carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from artreview.links import CONFIRM, LEAVE, delete_path, subscription_path
from artreview.review import Review
from artreview.subscribers import Subscriber, Subscribers


@dataclass(frozen=True, slots=True)
class Links:
    """Whole addresses; empty where the mail has no such link."""

    review: str
    delete: str
    confirm: str = ""
    """For somebody who asked for news, and has not confirmed it."""
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
        for seven days: the review forgets it with its mail.
        """
        review_path = f"/r/{review.id}"
        links = Links(
            review=self.site_url + review_path,
            delete=self.site_url + delete_path(review.id, self.keys),
        )
        subscriber = self._subscriber(review, now)
        if subscriber is None:
            return links
        purpose = LEAVE if subscriber.is_confirmed else CONFIRM
        link = self.site_url + subscription_path(purpose, subscriber.id, self.keys)
        if subscriber.is_confirmed:
            return Links(links.review, links.delete, leave=link)
        return Links(links.review, links.delete, confirm=link)

    def _subscriber(self, review: Review, now: float) -> Subscriber | None:
        if review.wants_updates:
            return self.subscribers.propose(review.address, now)
        return self.subscribers.find(review.address)
