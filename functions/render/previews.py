"""What a shared link says of itself to a program that follows it: Open Graph, a card, JSON-LD."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from artreview.review import Review, State
from functions.render.identity import SiteIdentity
from functions.render.quoting import quote_of
from functions.render.reading import Reading, iso_time

DESCRIPTION_CHARACTERS = 200
"""What networks show of a description before they cut it."""
CARD_SIZE = (1200, 630)
"""Width and height in pixels: the ratio 1.91 : 1 that the networks ask for."""

_BY_ALGORITHM = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's term for what a trained model made (https://cv.iptc.org/newscodes/digitalsourcetype/)."""
_BEING_WRITTEN = "A machine is writing this review. It will be at this address."


@dataclass(frozen=True, slots=True)
class Preview:
    """A review's page as a network shows it. Every address is absolute."""

    url: str
    title: str
    description: str
    card: str
    """Where the picture is."""
    published: str
    """When it was finished; empty while it is not."""
    is_listed: bool
    oembed: dict[str, str]
    """Where the page's oEmbed answers are, by format; empty while there is nothing to embed."""
    linked_data: dict[str, Any]
    """JSON-LD; empty while there is no work to describe."""


def address_of(review: Review, identity: SiteIdentity) -> str:
    """Return a review's absolute address."""
    return f"{identity.url}/r/{review.id}"


def preview_of(review: Review, reading: Reading, identity: SiteIdentity) -> Preview:
    """Return the preview of a review that may be read."""
    url = address_of(review, identity)
    is_ready = review.state is State.READY
    quote = quote_of(reading, DESCRIPTION_CHARACTERS) if is_ready else _BEING_WRITTEN
    description = quote or "A review, written by a machine."
    return Preview(
        url=url,
        title=reading.short_title or identity.name,
        description=description,
        card=f"{url}/card.png",
        published=iso_time(review.settled_at) if is_ready else "",
        is_listed=is_ready and bool(review.gallery_place),
        oembed=_oembed_addresses(url, identity) if is_ready else {},
        linked_data=_linked_data(review, reading, identity, description) if is_ready else {},
    )


def _oembed_addresses(url: str, identity: SiteIdentity) -> dict[str, str]:
    return {
        form: f"{identity.url}/oembed?" + urlencode({"url": url, "format": form})
        for form in ("json", "xml")
    }


def _linked_data(
    review: Review, reading: Reading, identity: SiteIdentity, description: str
) -> dict[str, Any]:
    """Return the review as a `CreativeWork` (https://schema.org/CreativeWork)."""
    url = address_of(review, identity)
    wrote = review.provenance
    maker = f"{wrote.model} {wrote.model_hash}" if wrote else "a language model"
    return {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": url,
        "url": url,
        "name": reading.title or identity.name,
        "abstract": description,
        "genre": "art criticism",
        "datePublished": iso_time(review.settled_at),
        "digitalSourceType": _BY_ALGORITHM,
        "creator": {"@type": "SoftwareApplication", "name": maker},
        "publisher": {"@type": "Organization", "name": identity.name, "url": f"{identity.url}/"},
        "image": f"{url}/card.png",
    }
