"""The routes of one review: its page, how far it is, its text, its data."""

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.review import Review, State
from functions.render import responses
from functions.render.family import NO_FAMILY, Family, family_of
from functions.render.lookup import checked, finished, moved, visible
from functions.render.pages import review_as_data, review_as_text
from functions.render.parts import RenderParts
from functions.render.questions import report_counted
from functions.render.requests import Request
from functions.render.responses import Response
from functions.render.routing import Routes
from functions.render.waiting import Standing, standing

logger = Logger(child=True)
routes = Routes()


@routes.show("/r/<review_id>/status")
def status(request: Request, review_id: str) -> Response:
    """Tell how far a review is; `?set` asks for its text as print sets it."""
    if elsewhere := moved(review_id, "/status"):
        return elsewhere
    now = _standing(request.parts, review_id)
    told = now.as_status(is_set="set" in request.query)
    return responses.data(told, status=410 if now.review.state.is_hidden else 200)


@routes.show("/r/<review_id>.txt")
def review_text(request: Request, review_id: str) -> Response:
    """Give a finished review as text."""
    if elsewhere := moved(review_id, ".txt"):
        return elsewhere
    text = review_as_text(finished(request.parts.store, review_id), request.parts.identity)
    return responses.text(text, responses.KEPT_WHILE_VISIBLE, searchable=False)


@routes.show("/r/<review_id>.json")
def review_data(request: Request, review_id: str) -> Response:
    """Give a finished review as data."""
    if elsewhere := moved(review_id, ".json"):
        return elsewhere
    data = review_as_data(finished(request.parts.store, review_id), request.parts.identity)
    return responses.data(data, caching=responses.KEPT_WHILE_VISIBLE)


@routes.show("/r/<review_id>/report")
def report(_request: Request, review_id: str) -> Response:
    """Lead whoever comes back to the report's own address to the review."""
    return responses.redirect(303, f"/r/{checked(review_id.lower())}")


@routes.show("/r/<review_id>/reported")
def reported(request: Request, review_id: str) -> Response:
    """Thank for a report that counts, and hides a restored review only with others."""
    if elsewhere := moved(review_id, "/reported"):
        return elsewhere
    parts, found = request.parts, visible(request.parts.store, review_id)
    if not found.restored_at:  # one report hides it at once
        return responses.redirect(303, f"/r/{review_id}")
    return responses.page(parts.pages.done(report_counted(found)))


@routes.show("/r/<review_id>")
def review(request: Request, review_id: str) -> Response:
    """Show a review in whatever state it is."""
    if elsewhere := moved(review_id, ""):
        return elsewhere
    parts, now = request.parts, _standing(request.parts, review_id)
    is_ready = now.review.state is State.READY
    caching = responses.KEPT_WHILE_VISIBLE if is_ready else responses.NEVER_KEPT
    return responses.page(parts.pages.review(now, _family(parts, now.review)), caching=caching)


def _family(parts: RenderParts, of: Review) -> Family:
    """Return the family of a review; none where it cannot be read, for the review itself can.

    Relatives are named where they are in the gallery, so without one there are none.
    """
    if not parts.settings.gallery:
        return NO_FAMILY
    try:
        return family_of(of, parts.store, parts.lineage)
    except (BotoCoreError, ClientError) as error:
        facts = {"review": of.id, "kind": type(error).__name__}
        logger.warning("a review is shown without its family", extra=facts)
        return NO_FAMILY


def _standing(parts: RenderParts, review_id: str) -> Standing:
    """Return the review with its place and estimate. Raises ReviewNotFound."""
    found = parts.store.get(checked(review_id))
    place = parts.store.place_in_queue(found) if found.state is State.QUEUED else 0
    pace = parts.site.pace() if found.state.is_waiting else None
    at_once = parts.settings.generate_concurrency * parts.settings.generate_batch
    return standing(found, place, pace, at_once, parts.world.now())
