"""The pages that the links of a mail lead to. None of them changes anything."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from artreview.errors import TokenForged
from artreview.links import (
    CONFIRM,
    LEAVE,
    check_delete_token,
    hiding_of,
    who_confirms,
    who_leaves,
)
from artreview.review import State
from functions.render import responses
from functions.render.errors import LinkRefused, ReviewGone
from functions.render.judgement import judgement_of
from functions.render.lookup import checked, moved
from functions.render.parts import parts_in
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
    if elsewhere := moved(review_id, f"/delete?{urlencode({'token': _token()})}"):
        return elsewhere
    try:
        check_delete_token(checked(review_id), _token(), parts_in(router.context).keys)
    except TokenForged as error:
        raise LinkRefused from error
    review = parts_in(router.context).store.get(review_id)
    if review.state is State.DELETED:
        raise ReviewGone
    return _asked(about_deletion(review, _token()))


@router.get("/r/<review_id>/judge")
def judge(review_id: str) -> Response[str]:
    """Show the operator what was reported, and ask what is to become of it."""
    if elsewhere := moved(review_id, f"/judge?{urlencode({'token': _token()})}"):
        return elsewhere
    parts = parts_in(router.context)
    try:
        hidden_at = hiding_of(checked(review_id), _token(), parts.keys)
    except TokenForged as error:
        raise LinkRefused from error
    review = parts.store.get(review_id)
    if review.state is State.DELETED:
        raise ReviewGone
    asked = judgement_of(review, hidden_at, _token())
    return responses.page(parts.pages.judge(asked), headers=_HEADERS)


@router.get("/subscription/confirm")
def confirm() -> Response[str]:
    """Ask whether to subscribe."""
    return _about_subscription(CONFIRM, who_confirms)


@router.get("/subscription/leave")
def leave() -> Response[str]:
    """Ask whether to leave."""
    return _about_subscription(LEAVE, who_leaves)


@router.get("/subscription/confirmed")
def confirmed() -> Response[str]:
    """Say that somebody is subscribed now."""
    return responses.page(parts_in(router.context).pages.done(CONFIRMED))


@router.get("/subscription/left")
def left() -> Response[str]:
    """Say that somebody has left."""
    return responses.page(parts_in(router.context).pages.done(LEFT))


def _about_subscription(
    purpose: str, read: Callable[[str, Sequence[bytes]], object]
) -> Response[str]:
    try:
        read(_token(), parts_in(router.context).keys)
    except TokenForged as error:
        raise LinkRefused from error
    return _asked(about_subscription(purpose, _token()))


def _asked(question: Question) -> Response[str]:
    return responses.page(parts_in(router.context).pages.question(question), headers=_HEADERS)


def _token() -> str:
    return query_of(router.current_event.get("rawQueryString") or "").get("token", "")
