"""What a request asks for, apart from its route."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

_MOST_PARAMETERS = 20


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
