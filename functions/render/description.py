"""The description of the site's HTTP interface (OpenAPI 3.1), for programs and for tests."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from functions.render.identity import SiteIdentity

_FILE = Path(__file__).with_name("openapi.json")


_OF_GALLERY = ("/gallery", "/feed.xml")


def described(identity: SiteIdentity, *, has_gallery: bool = True) -> dict[str, Any]:
    """Return the description, under the site's own name and address.

    Without a gallery its addresses are not there, and `gallery_check` is one more field that is
    ignored.
    """
    general = _general()
    about = general["info"] | {"title": identity.name}
    paths = {
        path: described
        for path, described in general["paths"].items()
        if has_gallery or path not in _OF_GALLERY
    }
    return general | {"info": about, "servers": [{"url": identity.url}], "paths": paths}


@cache
def _general() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return document
