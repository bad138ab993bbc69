"""Routes: which function answers which address."""

import pytest

from functions.render.errors import MethodRefused, PageNotFound
from functions.render.parts import RenderParts
from functions.render.requests import Request, request_of
from functions.render.responses import Response
from functions.render.routing import Routes

_PARTS = RenderParts({})


def _request(path: str, method: str = "GET") -> Request:
    return Request(_PARTS, method, path, {})


def _routes() -> Routes:
    routes = Routes()

    @routes.show("/r/<name>.txt")
    def text(_request: Request, name: str) -> Response:
        return Response(200, {}, f"text {name}")

    @routes.show("/r/<name>")
    def page(_request: Request, name: str) -> Response:
        return Response(200, {}, f"page {name}")

    return routes


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/r/a", "page a"), ("/r/a.txt", "text a"), ("/r/atxt", "page atxt"), ("/r/é ", "page é ")],
)
def test_the_first_route_that_fits_answers(path: str, answer: str) -> None:
    """A dot in a route is a dot; what stands in a place is handed on as it came."""
    assert _routes().answer(_request(path)).body == answer


@pytest.mark.parametrize("path", ["/r/", "/r/a/b", "//r/a", "/r", "", "/R/a", "/r/a\r\n/b/"])
def test_no_other_address_is_answered(path: str) -> None:
    """A place holds something, and no slash; nothing may stand before or behind a route."""
    with pytest.raises(PageNotFound):
        _routes().answer(_request(path))


@pytest.mark.parametrize("caught", ["/", "//", "%20", " ", "\n", "%20/"])
def test_what_a_link_has_caught_behind_it_is_left_out(caught: str) -> None:
    """Whoever pastes it means the page; a query stays, and nothing in it ends a header."""
    answer = _routes().answer(_request(f"/r/a.txt{caught}"))
    assert (answer.status, answer.headers["Location"]) == (301, "/r/a.txt")
    asked = Request(_PARTS, "HEAD", f"/r/a{caught}", {}, "token=a-b%3D&é=1\r\nSet-Cookie: x")
    location = _routes().answer(asked).headers["Location"]
    assert location == "/r/a?token=a-b%3D&%C3%A9=1%0D%0ASet-Cookie:%20x"


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/\\evil.example/", "/nowhere/", "/", "///", "/r/../"]
)
def test_nobody_is_led_to_where_nothing_is(path: str) -> None:
    """Nor to another host, whose address begins with two slashes."""
    with pytest.raises(PageNotFound):
        _routes().answer(_request(path))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get", ""])
def test_what_does_not_ask_to_be_shown_something_is_refused(method: str) -> None:
    """Also where no route fits: this function changes nothing at any address."""
    for path in ("/r/a", "/nowhere"):
        with pytest.raises(MethodRefused):
            _routes().answer(_request(path, method))


def test_routes_are_gathered_in_order() -> None:
    """Those that were named first are tried first."""
    mine = Routes()

    @mine.show("/r/<name>")
    def other(_request: Request, name: str) -> Response:
        return Response(200, {}, f"other {name}")

    assert Routes(mine, _routes()).answer(_request("/r/a")).body == "other a"
    assert Routes(_routes(), mine).answer(_request("/r/a")).body == "page a"


@pytest.mark.parametrize(("stage", "path"), [("$default", "/beta/r/a"), ("beta", "/r/a")])
def test_a_stage_is_no_part_of_the_path(stage: str, path: str) -> None:
    """Of a stage that has a name, API Gateway puts the name before every path."""
    context = {"stage": stage, "http": {"method": "GET"}}
    event = {"requestContext": context, "rawPath": "/beta/r/a", "headers": {"Accept": "text/html"}}
    request = request_of(event, _PARTS)
    assert request.path == path
    assert request.headers == {"accept": "text/html"}
