"""The pages that the links of a mail lead to. None of them changes anything."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from artreview.errors import TokenForged
from artreview.links import CONFIRM, LEAVE, check_delete_token, who_confirms, who_leaves
from artreview.review import State
from functions.render import responses
from functions.render.errors import LinkRefused, ReviewGone
from functions.render.lookup import checked, moved
from functions.render.questions import (
    CONFIRMED,
    LEFT,
    Question,
    about_deletion,
    about_subscription,
)
from functions.render.requests import Request
from functions.render.responses import Response
from functions.render.routing import Routes

_HEADERS = {"Referrer-Policy": "no-referrer"}
"""The token in the address of such a page is told to no other page."""


routes = Routes()


@routes.show("/r/<review_id>/delete")
def delete(request: Request, review_id: str) -> Response:
    """Ask whether the review is to be deleted."""
    if elsewhere := moved(review_id, f"/delete?{urlencode({'token': _token(request)})}"):
        return elsewhere
    try:
        check_delete_token(checked(review_id), _token(request), request.parts.keys)
    except TokenForged as error:
        raise LinkRefused from error
    review = request.parts.store.get(review_id)
    if review.state is State.DELETED:
        raise ReviewGone
    return _asked(request, about_deletion(review, _token(request)))


@routes.show("/subscription/confirm")
def confirm(request: Request) -> Response:
    """Ask whether to subscribe."""
    return _about_subscription(request, CONFIRM, who_confirms)


@routes.show("/subscription/leave")
def leave(request: Request) -> Response:
    """Ask whether to leave."""
    return _about_subscription(request, LEAVE, who_leaves)


@routes.show("/subscription/confirmed")
def confirmed(request: Request) -> Response:
    """Say that somebody is subscribed now."""
    return responses.page(request.parts.pages.done(CONFIRMED))


@routes.show("/subscription/left")
def left(request: Request) -> Response:
    """Say that somebody has left."""
    return responses.page(request.parts.pages.done(LEFT))


def _about_subscription(
    request: Request, purpose: str, read: Callable[[str, Sequence[bytes]], object]
) -> Response:
    try:
        read(_token(request), request.parts.keys)
    except TokenForged as error:
        raise LinkRefused from error
    return _asked(request, about_subscription(purpose, _token(request)))


def _asked(request: Request, question: Question) -> Response:
    return responses.page(request.parts.pages.question(question), headers=_HEADERS)


def _token(request: Request) -> str:
    return request.query.get("token", "")
