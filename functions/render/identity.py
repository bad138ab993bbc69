"""How the site calls itself, and where it is."""

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
