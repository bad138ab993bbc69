"""An HTTP request's body, read as form fields, whatever it was sent as."""

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from artreview.errors import ArtReviewError
from artreview.limits import BODY_BYTES

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_MOST_FIELDS = 32


class RequestRefused(ArtReviewError):
    """A request that cannot be read as a form; `status` is the HTTP status that says why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """`code` is for programs, `message` for the visitor."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a form, each as text, in a JSON client's case as what it sent."""

    values: dict[str, Any]
    is_json: bool

    def text(self, name: str) -> str:
        """Return the field as text; a JSON number becomes its digits.

        Anything else that is not text becomes empty, as if it had been left out.
        """
        value = self.values.get(name, "")
        if isinstance(value, bool):
            return ""
        return str(value) if isinstance(value, str | int | float) else ""

    def is_ticked(self, name: str) -> bool:
        """Tell whether a check box was ticked: present in a form, true in JSON."""
        if self.is_json:
            return self.values.get(name) in (True, "on", "1", "true", 1)
        return name in self.values


def media_type(content_type: str) -> str:
    """Return a Content-Type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_json(content_type: str, accept: str) -> bool:
    """Tell whether the client wants JSON back: it sent some, or asks for it and not for HTML."""
    if media_type(content_type) == _JSON:
        return True
    return _JSON in accept and "text/html" not in accept


def fields_of(content_type: str, body: str | None, *, is_base64: bool) -> Fields:
    """Return the fields of a body.

    Raises RequestRefused: 413 for a body over `BODY_BYTES`, 415 for another type than a form or
    JSON, 400 for a body that is not what its type says.
    """
    raw = _bytes_of(body or "", is_base64=is_base64)
    if len(raw) > BODY_BYTES:
        raise RequestRefused(
            413,
            "body_too_large",
            f"That was too much at once. {BODY_BYTES // 1024} KB are allowed.",
        )
    kind = media_type(content_type)
    if kind == _JSON:
        return Fields(_json_object(raw), is_json=True)
    if kind == _FORM:
        return Fields(_form_values(raw), is_json=False)
    raise RequestRefused(
        415,
        "unsupported_type",
        f"A submission comes as {_FORM} or as {_JSON}, with its Content-Type saying so.",
    )


def body_text(body: str | None, *, is_base64: bool) -> str:
    """Return a body as text, whatever it was sent as. Raises RequestRefused."""
    return _bytes_of(body or "", is_base64=is_base64).decode("utf-8", errors="replace")


def _bytes_of(body: str, *, is_base64: bool) -> bytes:
    if (
        len(body) > 2 * BODY_BYTES
    ):  # base 64 makes 4 of 3: no need to decode a megabyte to refuse it
        return b"\0" * (BODY_BYTES + 1)
    if not is_base64:
        return body.encode("utf-8", errors="replace")
    try:
        return b64decode(body, validate=True)
    except ValueError as error:
        raise RequestRefused(400, "malformed_body", "The body could not be read.") from error


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise RequestRefused(400, "malformed_json", "The body is not JSON.") from error
    if not isinstance(value, dict):
        raise RequestRefused(400, "malformed_json", "The body must be a JSON object of fields.")
    return value


def _form_values(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            raw.decode("utf-8", errors="replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise RequestRefused(
            400, "malformed_form", f"A form of over {_MOST_FIELDS} fields is none of ours."
        ) from error
    return dict(reversed(pairs))  # of a field that is there twice, the first counts
