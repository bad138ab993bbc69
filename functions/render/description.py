"""The description of the site's HTTP interface (OpenAPI 3.1), for programs and for tests."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from functions.render.identity import SiteIdentity

_FILE = Path(__file__).with_name("openapi.json")


def described(identity: SiteIdentity) -> dict[str, Any]:
    """Return the description, under the site's own name and address."""
    general = _general()
    about = general["info"] | {"title": identity.name}
    return general | {"info": about, "servers": [{"url": identity.url}]}


@cache
def _general() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return document
