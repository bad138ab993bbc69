"""oEmbed 1.0 (https://oembed.com/): what stands for a review where its link is embedded.

The answer is of type `link`: a title, who made it, and the card as a thumbnail. A page of this site
cannot be put into another one (`frame-ancestors 'none'`), and the height of a `rich` answer's own
HTML could only be guessed.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from artreview.permalink import is_permalink_id
from functions.render.errors import EmbedFormatUnknown, EmbedUnknown
from functions.render.identity import SiteIdentity
from functions.render.previews import CARD_SIZE, Preview

_FORMATS = ("json", "xml")
_FRESH_SECONDS = 300
"""How long a consumer may believe the answer: a review that is reported soon vanishes there too."""
_LONGEST_ADDRESS = 2000


def embed_format(query: Mapping[str, str]) -> str:
    """Return the format that is asked for, `json` where none is. Raises EmbedFormatUnknown."""
    asked = query.get("format", "json")
    if asked not in _FORMATS:
        raise EmbedFormatUnknown
    return asked


def embedded_id(query: Mapping[str, str], identity: SiteIdentity) -> str:
    """Return the id of the review whose page is to be embedded.

    Raises EmbedUnknown for everything but the address of a review of this very site.
    """
    try:
        asked = urlsplit(query.get("url", "")[:_LONGEST_ADDRESS].strip())
        is_ours = asked.scheme in {"http", "https"} and _place(asked.netloc) == _place(
            urlsplit(identity.url).netloc
        )
    except ValueError as error:  # such as http://[
        raise EmbedUnknown from error
    review_id = asked.path.lower().removeprefix("/r/").removesuffix("/")
    if not is_ours or asked.path[:3].lower() != "/r/" or not is_permalink_id(review_id):
        raise EmbedUnknown
    return review_id


def embed_of(
    preview: Preview, identity: SiteIdentity, query: Mapping[str, str]
) -> dict[str, str | int]:
    """Return the answer. A card that is larger than what is allowed is left out."""
    answer: dict[str, str | int] = {
        "version": "1.0",
        "type": "link",
        "title": preview.title,
        "author_name": "a machine",
        "provider_name": identity.name,
        "provider_url": f"{identity.url}/",
        "cache_age": _FRESH_SECONDS,
    }
    width, height = CARD_SIZE
    if width > _most(query, "maxwidth", width) or height > _most(query, "maxheight", height):
        return answer
    thumbnail: dict[str, Any] = {
        "thumbnail_url": preview.card,
        "thumbnail_width": width,
        "thumbnail_height": height,
    }
    return answer | thumbnail


def _place(netloc: str) -> str:
    """Return a host and its port as one would compare them."""
    return netloc.lower().removesuffix(":443").removesuffix(":80")


def _most(query: Mapping[str, str], name: str, usual: int) -> int:
    """Return a limit in pixels; what is no number is no limit."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else usual
