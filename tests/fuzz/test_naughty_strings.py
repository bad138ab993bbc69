"""The published list of naughty strings, in every place where a visitor can put words."""

import json
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from werkzeug.test import Client, TestResponse

from tests.fuzz.conftest import EVERY, FuzzedSite
from tests.fuzz.naughty import naughty_strings

Place = Callable[[Client, str], TestResponse]

_STRINGS = naughty_strings()[::EVERY]


def _as_prompt(client: Client, naughty: str) -> TestResponse:
    return client.post("/submission", json={"prompt": naughty, "eccentricity": 5})


def _as_every_field(client: Client, naughty: str) -> TestResponse:
    names = ("eccentricity", "decade", "submission_email", "update_check", "form_token", "website")
    fields = {"prompt": "A blue horse"} | dict.fromkeys(names, naughty)
    return client.post("/submission", data=urlencode(fields, errors="replace"), content_type=_FORM)


def _as_json_of_any_shape(client: Client, naughty: str) -> TestResponse:
    body = json.dumps({"prompt": [naughty], naughty: {naughty: naughty}, "eccentricity": naughty})
    return client.post("/submission", data=body, content_type="application/json")


def _as_body(client: Client, naughty: str) -> TestResponse:
    raw = naughty.encode("utf-8", errors="surrogatepass")
    return client.post("/submission", data=raw, content_type="application/json")


def _as_query_of_the_form(client: Client, naughty: str) -> TestResponse:
    names = ("prompt", "eccentricity", "decade")
    return client.get("/generate?" + urlencode(dict.fromkeys(names, naughty), errors="replace"))


def _as_place_in_the_gallery(client: Client, naughty: str) -> TestResponse:
    return client.get("/gallery?" + urlencode({"before": naughty}, errors="replace"))


def _as_id(client: Client, naughty: str) -> TestResponse:
    return client.get(f"/r/{quote(naughty, safe='', errors='replace')}")


def _as_reported_id(client: Client, naughty: str) -> TestResponse:
    return client.post(f"/r/{quote(naughty, safe='', errors='replace')}/report")


def _as_token(client: Client, naughty: str) -> TestResponse:
    token = urlencode({"token": naughty}, errors="replace")
    return client.post(f"/subscription/leave?{token}", data="List-Unsubscribe=One-Click")


def _as_embedded_address(client: Client, naughty: str) -> TestResponse:
    return client.get(
        "/oembed?" + urlencode({"url": naughty, "maxwidth": naughty}, errors="replace")
    )


def _as_path(client: Client, naughty: str) -> TestResponse:
    return client.get("/" + quote(naughty, safe="/", errors="replace"))


_FORM = "application/x-www-form-urlencoded"
_PLACES = (
    _as_prompt,
    _as_every_field,
    _as_json_of_any_shape,
    _as_body,
    _as_query_of_the_form,
    _as_place_in_the_gallery,
    _as_id,
    _as_reported_id,
    _as_token,
    _as_embedded_address,
    _as_path,
)


@pytest.mark.parametrize("place", _PLACES, ids=lambda place: place.__name__.removeprefix("_as_"))
def test_no_string_breaks_the_site_or_its_pages(fuzzed_site: FuzzedSite, place: Place) -> None:
    """Below 500 each; in a page of ours it stands as text, never as markup."""
    client = Client(fuzzed_site)
    for naughty in _STRINGS:
        answer = place(client, naughty)
        assert answer.status_code < 500, repr(naughty)
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html") and len(naughty) > 5 and ("<" in naughty or '"' in naughty):
            assert naughty not in answer.text, repr(naughty)
        assert "\n" not in answer.headers.get("location", "")


def test_a_review_of_each_string_is_shown_as_it_was_typed(fuzzed_site: FuzzedSite) -> None:
    """Accepted as prompt, it leads to a page, a status and a deletion that work."""
    client = Client(fuzzed_site)
    shown = 0
    for naughty in _STRINGS:
        answer = _as_prompt(client, naughty)
        if answer.status_code != 202:
            continue
        review_id = json.loads(answer.text)["id"]
        assert client.get(f"/r/{review_id}").status_code == 200
        assert json.loads(client.get(f"/r/{review_id}/status").text)["state"] == "queued"
        assert client.post(f"/r/{review_id}/report").status_code == 303
        assert client.get(f"/r/{review_id}").status_code == 410
        shown += 1
    assert shown > len(_STRINGS) / 2
