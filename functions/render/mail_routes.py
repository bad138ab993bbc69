"""The pages that the links of a mail lead to. None of them changes anything."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from artreview.errors import ReviewNotFound, TokenForged
from artreview.links import CONFIRM, LEAVE, check_delete_token, subscriber_of
from artreview.permalink import is_permalink_id
from artreview.review import State
from functions.render import responses
from functions.render.errors import LinkRefused, ReviewGone
from functions.render.parts import RenderParts
from functions.render.questions import (
    CONFIRMED,
    LEFT,
    Question,
    about_deletion,
    about_subscription,
)
from functions.render.requests import query_of

_HEADERS = {"Referrer-Policy": "no-referrer"}
"""The token in the address of such a page is told to no other page."""


router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # Powertools left it bare


@router.get("/r/<review_id>/delete")
def delete(review_id: str) -> Response[str]:
    """Ask whether the review is to be deleted."""
    if not is_permalink_id(review_id):
        raise ReviewNotFound("what is to be deleted has no review's id")
    try:
        check_delete_token(review_id, _token(), _parts().keys)
    except TokenForged as error:
        raise LinkRefused from error
    review = _parts().store.get(review_id)
    if review.state is State.DELETED:
        raise ReviewGone
    return _asked(about_deletion(review, _token()))


@router.get("/subscription/confirm")
def confirm() -> Response[str]:
    """Ask whether to subscribe."""
    return _about_subscription(CONFIRM)


@router.get("/subscription/leave")
def leave() -> Response[str]:
    """Ask whether to leave."""
    return _about_subscription(LEAVE)


@router.get("/subscription/confirmed")
def confirmed() -> Response[str]:
    """Say that somebody is subscribed now."""
    return responses.page(_parts().pages.done(CONFIRMED))


@router.get("/subscription/left")
def left() -> Response[str]:
    """Say that somebody has left."""
    return responses.page(_parts().pages.done(LEFT))


def _about_subscription(purpose: str) -> Response[str]:
    try:
        subscriber_of(purpose, _token(), _parts().keys)
    except TokenForged as error:
        raise LinkRefused from error
    return _asked(about_subscription(purpose, _token()))


def _asked(question: Question) -> Response[str]:
    return responses.page(_parts().pages.question(question), headers=_HEADERS)


def _token() -> str:
    return query_of(router.current_event.get("rawQueryString") or "").get("token", "")


def _parts() -> RenderParts:
    """Return what the handler put into the context of this request."""
    parts = router.context["parts"]
    assert isinstance(parts, RenderParts)  # noqa: S101  # the context is untyped
    return parts
