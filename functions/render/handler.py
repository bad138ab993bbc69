"""The render function's composition root: an event in, one page out. Nothing here changes state.

It serves every GET of the HTTP API. The submit function, which has no templates, invokes it
directly, for the form filled in again (`{"page": "form", …}`) and for its error pages
(`{"page": "error", …}`).
"""

import os
from collections.abc import Mapping
from functools import cache
from time import perf_counter
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from artreview.errors import FieldError
from artreview.limits import FORM_AGE_MIN_SECONDS
from functions.render import (
    gallery_routes,
    link_routes,
    mail_routes,
    page_routes,
    responses,
    review_routes,
)
from functions.render.errors import EmbedFormatUnknown, asked_to_show, explained
from functions.render.form import form_of
from functions.render.parts import RenderParts
from functions.render.requests import Request, request_of, wants_json
from functions.render.responses import Answer, Response
from functions.render.routing import Routes

logger = Logger(serialize_stacktrace=False)
routes = Routes(
    page_routes.routes,
    review_routes.routes,
    gallery_routes.routes,
    link_routes.routes,
    mail_routes.routes,
)


@cache
def render_parts() -> RenderParts:
    """Return the parts of this execution environment."""
    return RenderParts(os.environ)


def prepare_in_the_init_phase(environment: Mapping[str, str]) -> None:
    """Make what the first page needs when Lambda imports this module, before its visitor is there.

    Elsewhere nothing happens (only Lambda sets that variable). What could not be had is asked for
    again, and reported, with the first page.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in environment:
        try:
            render_parts().prepare()
        except Exception:
            logger.exception("the first page was not prepared")


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Answer one request of the HTTP API, or one of the submit function."""
    parts = render_parts()
    if "page" in event and "requestContext" not in event:
        shown = responses.as_answer(_page_for_submit(event, parts))
        return responses.secured(shown, parts.settings.site_url)
    started = perf_counter()
    request = request_of(event, parts)
    packed = responses.as_answer(_response(request), request.headers.get("accept-encoding", ""))
    answer = responses.secured(packed, parts.settings.site_url)
    if request.path.startswith("/r/"):
        answer = responses.kept_in_front(answer, parts.settings.shared_cache_seconds)
    milliseconds = round((perf_counter() - started) * 1000, 1)
    logger.info("answered", extra={"status": answer["statusCode"], "milliseconds": milliseconds})
    return responses.without_body(answer) if request.is_head else answer


def _response(request: Request) -> Response:
    """Return the answer of the route that fits; every error becomes its page, here alone."""
    try:
        return routes.answer(request)
    except Exception as error:  # noqa: BLE001  # the visitor gets words, the log what it was
        return _explanation(request, error)


def _explanation(request: Request, error: Exception) -> Response:
    known = explained(error)
    problem = known.problem
    if problem.status >= 500 and not isinstance(error, EmbedFormatUnknown):  # the visitor's fault
        logger.exception("a page could not be shown", exc_info=error)
    if wants_json(request.path, request.headers):
        body = {"error": {"code": problem.code, "message": problem.message, "field": ""}}
        return responses.data(body, status=problem.status, headers=known.headers)
    html = request.parts.pages.error(problem)
    return responses.page(html, status=problem.status, headers=known.headers)


def _page_for_submit(event: dict[str, Any], parts: RenderParts) -> Response:
    """Return the page that the submit function asks for."""
    asked_status = int(event["status"])
    if event["page"] == "form":
        errors = [FieldError(**error) for error in event["errors"]]
        is_too_fast = any(error.code == "form_too_fast" for error in errors)
        age = 0 if is_too_fast else FORM_AGE_MIN_SECONDS  # it has been filled in already
        token = page_routes.form_token(parts, age)
        form = form_of(event["values"], token, page_routes.decades(parts), errors)
        return responses.page(parts.pages.form(form), asked_status, headers=event.get("headers"))
    error = asked_to_show(asked_status, event["code"], event["message"], event.get("headers", {}))
    return responses.page(parts.pages.error(error.problem), asked_status, headers=error.headers)


prepare_in_the_init_phase(os.environ)
