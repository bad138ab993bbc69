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


@pytest.mark.parametrize("path", ["/r/", "/r/a/b", "/r/a/", "//r/a", "/r", "", "/R/a", "/r/a\n/"])
def test_no_other_address_is_answered(path: str) -> None:
    """A place holds something, and no slash; nothing may stand before or behind a route."""
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
