"""The static files: read once, served under an address that changes with their content."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from functions.render.errors import PageNotFound

_CONTENT_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
_ADDRESS_IN_STYLE = re.compile(r"url\(([\w.-]+)\)")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file."""

    content: bytes
    content_type: str
    version: str
    """A short hash of the content."""


class StaticFiles:
    """The files of one folder by name. A name that is not among them leads nowhere."""

    def __init__(self, folder: Path) -> None:
        """Read the folder, which is small: the style last, since it names the fonts."""
        self._files: dict[str, StaticFile] = {}
        paths = [path for path in folder.iterdir() if path.suffix in _CONTENT_TYPES]
        for path in sorted(paths, key=lambda path: (path.suffix == ".css", path.name)):
            content = path.read_bytes()
            if path.suffix == ".css":
                content = self._with_addresses(content.decode()).encode()
            version = blake2b(content, digest_size=5).hexdigest()
            self._files[path.name] = StaticFile(content, _CONTENT_TYPES[path.suffix], version)

    def get(self, name: str) -> StaticFile:
        """Return the file. Raises PageNotFound."""
        if name not in self._files:
            raise PageNotFound
        return self._files[name]

    def address(self, name: str) -> str:
        """Return where a page finds the file: an address that browsers may keep for ever."""
        return f"/static/{name}?v={self._files[name].version}"

    def _with_addresses(self, style: str) -> str:
        """Return the style with the same addresses as the pages use, so nothing loads twice."""
        return _ADDRESS_IN_STYLE.sub(lambda found: f"url({self.address(found[1])})", style)
