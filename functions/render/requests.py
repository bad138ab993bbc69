"""What a visitor asks for, read from the event of an HTTP API (payload format 2.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPMethod
from typing import Any
from urllib.parse import parse_qsl

from functions.render.parts import RenderParts

_MOST_PARAMETERS = 20
_DEFAULT_STAGE = "$default"


@dataclass(frozen=True)
class Request:
    """One request, and the parts of the function that answers it."""

    parts: RenderParts
    method: str
    path: str
    headers: Mapping[str, str]
    """By their names in lower case."""
    raw_query: str = ""

    @property
    def is_head(self) -> bool:
        """Whether everything but the body is wanted."""
        return self.method == HTTPMethod.HEAD

    @property
    def only_shows(self) -> bool:
        """Whether nothing is asked for but to be shown something."""
        return self.method in {HTTPMethod.GET, HTTPMethod.HEAD}

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters of the query."""
        return query_of(self.raw_query)


def request_of(event: Mapping[str, Any], parts: RenderParts) -> Request:
    """Return the request that an event of the HTTP API tells of.

    Under a stage of another name than `$default`, every path begins with that name
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html).
    """
    context = event["requestContext"]
    stage = str(context.get("stage", _DEFAULT_STAGE))
    path = str(event["rawPath"])
    return Request(
        parts=parts,
        method=str(context["http"]["method"]),
        path=path if stage == _DEFAULT_STAGE else path.removeprefix(f"/{stage}"),
        headers={name.lower(): str(value) for name, value in (event.get("headers") or {}).items()},
        raw_query=str(event.get("rawQueryString") or ""),
    )


def query_of(raw_query: str) -> dict[str, str]:
    """Return the parameters of a query, the first of each name; of a flood of them, none."""
    try:
        pairs = parse_qsl(raw_query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return {}
    return dict(reversed(pairs))


def wants_json(path: str, headers: Mapping[str, str]) -> bool:
    """Tell whether an error is to be JSON: by its address, or as the client likes it better."""
    if path.endswith(("/status", ".json")) or path == "/oembed":
        return True
    liked = _preferences(headers.get("accept", ""))
    return liked.get("application/json", 0.0) > liked.get("text/html", 0.0)


def _preferences(accept: str) -> dict[str, float]:
    """Return how much each media type of an `Accept` header is liked, 0 to 1."""
    liked: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [value[2:] for value in parameters if value.startswith("q=")]
        try:
            liked[name] = float(weights[0]) if weights else 1.0
        except ValueError:
            liked[name] = 0.0
    return liked


def has_unchanged(headers: Mapping[str, str], tag: str) -> bool:
    """Tell whether the client has this very version already (`If-None-Match`, RFC 9110, 13.1.2)."""
    known = [part.strip() for part in headers.get("if-none-match", "").split(",")]
    return any(name.removeprefix("W/") in {tag, "*"} for name in known)
