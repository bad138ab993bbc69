"""Which function answers which address."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from functions.render.errors import MethodRefused, PageNotFound
from functions.render.requests import Request
from functions.render.responses import Response, redirect

View = Callable[..., Response]
"""Answers a request: takes the request, and by name what stands in the route's places."""

_PLACE = re.compile(r"<(\w+)>")
_CAUGHT = re.compile(r"(?P<address>(?:/[\w~-][\w.~-]*)+)(?:/|\s|%20)+", re.ASCII)
"""Plain signs, since a header is made of them; no `//`, which would lead to another host, and no
`/..`, which browsers resolve."""
_IN_QUERIES = "%!$&'()*+,;=:@/?"
"""What a query may hold besides letters and digits (RFC 3986, 3.4)."""


@dataclass(frozen=True, slots=True)
class Route:
    """The addresses of one form, and what answers there."""

    path: str
    """As it was declared: in `/r/<review_id>/status`, `<review_id>` stands for anything without a
    slash."""
    pattern: re.Pattern[str]
    view: View


class Routes:
    """Routes in the order in which they were declared, which is that in which they are tried."""

    def __init__(self, *others: "Routes") -> None:
        """Begin with the routes of others."""
        self._routes = [route for other in others for route in other]

    def __iter__(self) -> Iterator[Route]:
        """Go through them."""
        return iter(self._routes)

    def show(self, path: str) -> Callable[[View], View]:
        """Let the function below answer GET and HEAD at such paths."""

        def declared(view: View) -> View:
            self._routes.append(Route(path, _pattern(path), view))
            return view

        return declared

    def answer(self, request: Request) -> Response:
        """Return the answer of the first route that fits.

        Raises MethodRefused, PageNotFound, and whatever the view raises.
        """
        if not request.only_shows:
            raise MethodRefused(request.path)
        if found := _CAUGHT.fullmatch(request.path):
            return self._tidied(request, found["address"])
        for route in self._routes:
            if found := route.pattern.fullmatch(request.path):
                return route.view(request, **found.groupdict())
        raise PageNotFound

    def _tidied(self, request: Request, address: str) -> Response:
        """Lead to the address without what a link has caught behind it. Raises PageNotFound.

        A slash or a space: no address of ours ends so, and whoever pastes one means the page.
        """
        if not any(route.pattern.fullmatch(address) for route in self._routes):
            raise PageNotFound
        query = quote(request.raw_query, safe=_IN_QUERIES, errors="replace")
        return redirect(301, f"{address}?{query}" if query else address)


def _pattern(path: str) -> re.Pattern[str]:
    pieces = _PLACE.split(path)  # literal, name, literal, …
    for place in range(0, len(pieces), 2):
        pieces[place] = re.escape(pieces[place])
    for place in range(1, len(pieces), 2):
        pieces[place] = f"(?P<{pieces[place]}>[^/]+)"
    return re.compile("".join(pieces))
