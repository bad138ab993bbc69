"""What goes back over HTTP: bodies, caching, and the headers that every answer carries."""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

Answer = dict[str, Any]
"""A response of an HTTP API, payload format 2.0."""

NEVER_KEPT = "no-store"
KEPT_SHORTLY = "public, max-age=300"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
KEPT_WHILE_VISIBLE = "no-cache"
"""A finished review: every cache asks again each time, so that what is reported is gone at once."""

_CONTENT_SECURITY = (
    "default-src 'none'; "
    "style-src 'self'; "
    "script-src 'self'; "
    "img-src 'self'; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
_SECURITY_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_ONE_YEAR_OF_HTTPS = "max-age=31536000"
_SEARCHLESS = {"X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered, before it is packed for the way."""

    status: int
    headers: Mapping[str, str]
    body: str | bytes = ""
    """Text may be compressed; bytes are compact already."""


def page(
    body: str, status: int = 200, caching: str = NEVER_KEPT, headers: dict[str, str] | None = None
) -> Response:
    """Return an HTML page."""
    return _response(status, "text/html; charset=utf-8", body, caching, headers)


def text(body: str, caching: str, *, name: str = "text/plain", searchable: bool = True) -> Response:
    """Return plain text, or text of another kind."""
    headers = {} if searchable else _SEARCHLESS
    return _response(200, f"{name}; charset=utf-8", body, caching, headers)


def data(
    body: dict[str, Any],
    status: int = 200,
    caching: str = NEVER_KEPT,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return JSON, which no search engine is to list."""
    body_text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = _SEARCHLESS | (headers or {})
    return _response(status, "application/json; charset=utf-8", body_text, caching, headers)


def file(content: bytes, content_type: str, caching: str) -> Response:
    """Return a static file: text as text, so that it can be compressed, the rest as bytes."""
    if content_type.startswith(("text/", "image/svg")):
        kind = f"{content_type}; charset=utf-8"
        return _response(200, kind, content.decode(), caching, None)
    return Response(200, {"Cache-Control": caching, "Content-Type": content_type}, content)


def xml(
    body: str,
    caching: str,
    *,
    name: str = "application/xml",
    tag: str = "",
    searchable: bool = True,
) -> Response:
    """Return XML; with a tag, a client that has this version can be told so."""
    headers = ({} if searchable else _SEARCHLESS) | ({"ETag": tag} if tag else {})
    return _response(200, f"{name}; charset=utf-8", body, caching, headers)


def picture(content: bytes, caching: str, tag: str) -> Response:
    """Return a PNG, which no search engine is to list by itself."""
    kept = {"Cache-Control": caching, "ETag": tag}
    return Response(200, {**kept, **_SEARCHLESS, "Content-Type": "image/png"}, content)


def unchanged(caching: str, tag: str) -> Response:
    """Tell the client that what it has is still good."""
    return Response(304, {"Cache-Control": caching, "ETag": tag})


def tag_for(content: str) -> str:
    """Return a strong validator of a body (RFC 9110, 8.8.3)."""
    return f'"{blake2b(content.encode(), digest_size=8).hexdigest()}"'


def redirect(status: int, location: str) -> Response:
    """Send the visitor to another address of this site."""
    return Response(status, {"Location": location, "Cache-Control": NEVER_KEPT})


def _response(
    status: int, content_type: str, body: str, caching: str, headers: dict[str, str] | None
) -> Response:
    every = {"Cache-Control": caching, "Vary": "Accept, Accept-Encoding", **(headers or {})}
    return Response(status, every | {"Content-Type": content_type}, body)


def as_answer(response: Response, accept_encoding: str = "") -> Answer:
    """Return the response as API Gateway takes it: text compressed for whoever accepts that."""
    headers, body = dict(response.headers), response.body
    if body and isinstance(body, str) and "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body.encode(), mtime=0)
    return {
        "statusCode": response.status,
        "headers": headers,
        "body": body if isinstance(body, str) else b64encode(body).decode(),
        "isBase64Encoded": isinstance(body, bytes),
    }


def secured(answer: Answer, site_url: str) -> Answer:
    """Return the answer with the headers that every answer carries."""
    headers = _SECURITY_HEADERS
    if site_url.startswith("https://"):
        headers = headers | {"Strict-Transport-Security": _ONE_YEAR_OF_HTTPS}
    return answer | {"headers": headers | answer["headers"]}


def kept_in_front(answer: Answer, seconds: int) -> Answer:
    """Return a finished review's answer such that a cache in front may keep it for so long.

    Browsers go on asking each time. That cache is told of reports (`artreview.copies`), so what it
    keeps is short in any case. 0 is for a site with no such cache.
    """
    if not seconds or answer["headers"].get("Cache-Control") != KEPT_WHILE_VISIBLE:
        return answer
    caching = f"public, max-age=0, must-revalidate, s-maxage={seconds}"
    return answer | {"headers": answer["headers"] | {"Cache-Control": caching}}


def without_body(answer: Answer) -> Answer:
    """Return what HEAD gets: the same status and headers, and nothing else.

    The length is that of the body which GET would get (RFC 9110, 8.6): left to itself, what is in
    front of the function would say 0, and who asks how large a card is would take it for empty.
    """
    body = answer["body"]
    if not body:
        return answer
    length = len(b64decode(body) if answer["isBase64Encoded"] else body.encode())
    headers = answer["headers"] | {"Content-Length": str(length)}
    return answer | {"headers": headers, "body": "", "isBase64Encoded": False}
