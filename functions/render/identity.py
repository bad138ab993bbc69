"""How the site calls itself, where it is, and what belongs to it."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """The site's name and address, as the operator chose them."""

    name: str
    url: str
    """Without a slash at the end."""

    @property
    def host(self) -> str:
        """The host's name, in lower case and without a port."""
        return urlsplit(self.url).hostname or "localhost"


@dataclass(frozen=True, slots=True)
class SiteShape:
    """What the operator chose that there be."""

    has_gallery: bool = True
    shared_cache_seconds: int = 0
    """How long a cache in front of the site keeps a finished review; 0 where there is none."""


WHOLE = SiteShape()
