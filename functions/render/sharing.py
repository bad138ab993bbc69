"""Links by which a reader tells others of a review: plain ones, that load nothing until followed.

Each leads to a network's own page, where the reader is asked before anything is posted.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class ShareLink:
    """Where to tell of a review."""

    name: str
    href: str


def share_links(address: str, title: str) -> tuple[ShareLink, ...]:
    """Return the links for a page of this absolute address and this title."""
    words = f"“{title}” {address}" if title else address
    mail = {"subject": title or "A review, written by a machine", "body": address}
    return (
        ShareLink("Bluesky", _with("https://bsky.app/intent/compose?", text=words)),
        # Mastodon's own page, which asks for the reader's server and keeps nothing
        # (https://blog.joinmastodon.org/2026/03/a-new-share-button)
        ShareLink("Mastodon", _with("https://share.joinmastodon.org/#", text=words)),
        ShareLink("Facebook", _with("https://www.facebook.com/sharer/sharer.php?", u=address)),
        ShareLink("WhatsApp", _with("https://wa.me/?", text=words)),
        ShareLink("Mail", _with("mailto:?", **mail)),
    )


def _with(page: str, **values: str) -> str:
    """Return the address with the values behind it, a space as `%20`: a mail program takes no +."""
    return page + urlencode(values, quote_via=quote, safe="", errors="replace")
