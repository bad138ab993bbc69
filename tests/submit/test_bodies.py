"""Bodies of requests."""

from base64 import b64encode

import pytest

from artreview.limits import BODY_BYTES
from functions.submit.bodies import RequestRefused, fields_of, is_json

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
JSON = "application/json"


def test_a_form_is_read_as_utf_8() -> None:
    """Percent-encoding, plus signs and empty fields are read as browsers write them."""
    fields = fields_of(FORM, "prompt=caf%C3%A9+noir&website=&gallery_check=on", is_base64=False)
    assert fields.text("prompt") == "café noir"
    assert fields.text("website") == ""
    assert fields.is_ticked("gallery_check")
    assert not fields.is_ticked("update_check")


def test_a_body_in_base_64_is_the_same_body() -> None:
    """API Gateway encodes what it takes for binary."""
    body = b64encode(b"prompt=horse").decode()
    assert fields_of(FORM, body, is_base64=True).text("prompt") == "horse"


def test_of_a_field_that_comes_twice_the_first_counts() -> None:
    """Nothing is appended to what the visitor saw."""
    assert fields_of(FORM, "prompt=one&prompt=two", is_base64=False).text("prompt") == "one"


def test_json_numbers_and_booleans() -> None:
    """A program may send a number for a number and true for a ticked box."""
    fields = fields_of(
        JSON, '{"eccentricity": 7, "gallery_check": true, "prompt": true}', is_base64=False
    )
    assert fields.text("eccentricity") == "7"
    assert fields.is_ticked("gallery_check")
    assert fields.text("prompt") == ""


def test_json_of_other_kinds_counts_as_left_out() -> None:
    """Lists and objects are no text."""
    fields = fields_of(
        JSON, '{"prompt": ["a"], "decade": {"b": 1}, "website": null}', is_base64=False
    )
    assert [fields.text(name) for name in ("prompt", "decade", "website")] == ["", "", ""]


@pytest.mark.parametrize(
    ("content_type", "body", "is_base64", "status"),
    [
        (FORM, "a" * (BODY_BYTES + 1), False, 413),
        (FORM, "a" * 1_000_000, True, 413),
        (JSON, '{"prompt": "' + "a" * BODY_BYTES + '"}', False, 413),
        ("text/plain", "prompt=horse", False, 415),
        ("multipart/form-data; boundary=x", "--x--", False, 415),
        ("", "prompt=horse", False, 415),
        (JSON, "{", False, 400),
        (JSON, "", False, 400),
        (JSON, "[1]", False, 400),
        (JSON, "[" * 9_000, False, 400),
        (JSON, '{"a": 1' + "0" * 5_000 + "}", False, 400),
        (FORM, "é=", True, 400),
        (FORM, "&".join(f"f{n}=1" for n in range(99)), False, 400),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_status(
    content_type: str, body: str, is_base64: bool, status: int
) -> None:
    """Too large, of another type, or not what it says: each has a status and words of its own."""
    with pytest.raises(RequestRefused) as refused:
        fields_of(content_type, body, is_base64=is_base64)
    assert refused.value.status == status
    assert refused.value.message


def test_who_gets_json_back() -> None:
    """A client that sends JSON, or asks for it and not for a page."""
    assert is_json("application/json; charset=utf-8", "")
    assert is_json("application/x-www-form-urlencoded", "application/json")
    assert not is_json("application/x-www-form-urlencoded", "text/html, application/json")
    assert not is_json("", "")
