"""The render function's composition root: an event in, one page out. Nothing here changes state.

It serves every GET of the HTTP API. The submit function, which has no templates, invokes it
directly, for the form filled in again (`{"page": "form", …}`) and for its error pages
(`{"page": "error", …}`).
"""

import os
from functools import cache
from http import HTTPMethod
from time import perf_counter
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from artreview.errors import FieldError
from artreview.limits import FORM_AGE_MIN_SECONDS
from artreview.review import Review, State
from artreview.tokens import NONCE_BYTES, issue_form_token
from functions.render import gallery_routes, link_routes, mail_routes, responses
from functions.render.errors import MethodRefused, PageNotFound, asked_to_show, explained
from functions.render.family import NO_FAMILY, Family, family_of
from functions.render.form import Form, form_of
from functions.render.lookup import checked, finished, moved
from functions.render.pages import review_as_data, review_as_text
from functions.render.parts import RenderParts
from functions.render.requests import query_of, wants_json
from functions.render.responses import Answer
from functions.render.waiting import Standing, standing

logger = Logger(serialize_stacktrace=False)
app = APIGatewayHttpResolver()
app.include_router(gallery_routes.router)
app.include_router(link_routes.router)
app.include_router(mail_routes.router)

_PREFILLED = ("prompt", "eccentricity", "decade", "answers", "again")


@cache
def render_parts() -> RenderParts:
    """Return the parts of this execution environment."""
    return RenderParts(os.environ)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Answer:
    """Answer one request of the HTTP API, or one of the submit function."""
    site_url = render_parts().settings.site_url
    if "page" in event and "requestContext" not in event:
        return responses.secured(responses.as_answer(_page_for_submit(event)), site_url)
    started = perf_counter()
    http = event["requestContext"]["http"]
    is_head = http["method"] == HTTPMethod.HEAD
    if is_head:
        http = http | {"method": HTTPMethod.GET.value}
        event = event | {"requestContext": event["requestContext"] | {"http": http}}
    app.append_context(parts=render_parts())  # type: ignore[no-untyped-call]  # Powertools left it bare
    answer = responses.secured(app.resolve(event, context), site_url)
    milliseconds = round((perf_counter() - started) * 1000, 1)
    logger.info("answered", extra={"status": answer["statusCode"], "milliseconds": milliseconds})
    return responses.without_body(answer) if is_head else answer


@app.get("/")
def home() -> Response[str]:
    """Show what this is, with the form."""
    return responses.page(render_parts().pages.home(_form_of_query()))


@app.get("/generate")
def generate() -> Response[str]:
    """Show the form, begun with what the query says."""
    return responses.page(render_parts().pages.form(_form_of_query()))


@app.get("/submission")
def submission() -> Response[str]:
    """Lead whoever comes back to the form's own address to a fresh form."""
    return responses.redirect(303, "/generate")


@app.get("/examples")
def examples() -> Response[str]:
    """Show reviews to read; one that was chosen and is hidden since is not among them."""
    parts = render_parts()
    chosen = parts.gallery.chosen(parts.site.featured())
    caching = responses.KEPT_WHILE_VISIBLE if chosen else responses.KEPT_SHORTLY
    return responses.page(parts.pages.examples(chosen), caching=caching)


@app.get("/about")
def about() -> Response[str]:
    """Show how it works."""
    parts = render_parts()
    page = parts.pages.about(parts.site.model(), parts.site.corpus())
    return responses.page(page, caching=responses.KEPT_SHORTLY)


@app.get("/privacy")
def privacy() -> Response[str]:
    """Show what is kept."""
    return responses.page(render_parts().pages.privacy(), caching=responses.KEPT_SHORTLY)


@app.get("/patterns")
def patterns() -> Response[str]:
    """Show every part of the pages, on a site whose settings say so: a local one."""
    if not render_parts().settings.patterns:
        raise PageNotFound
    return responses.page(render_parts().pages.patterns())


@app.get("/healthz")
def healthz() -> Response[str]:
    """Tell that the function runs."""
    return responses.text("ok\n", responses.NEVER_KEPT)


@app.get("/static/<name>")
def static(name: str) -> Response[Any]:
    """Serve a static file, for ever under the address that the pages use."""
    file = render_parts().files.get(name)
    version = _query().get("v")
    is_this_one = version == file.version
    caching = responses.KEPT_FOR_EVER if is_this_one else responses.KEPT_SHORTLY
    return responses.file(file.content, file.content_type, caching)


@app.get("/r/<review_id>/status")
def status(review_id: str) -> Response[str]:
    """Tell how far a review is; `?set` asks for its text as print sets it."""
    if elsewhere := moved(review_id, "/status"):
        return elsewhere
    now = _standing(review_id)
    told = now.as_status(is_set="set" in _query())
    return responses.data(told, status=410 if now.review.state.is_hidden else 200)


@app.get(r"/r/<review_id>\.txt")
def review_text(review_id: str) -> Response[str]:
    """Give a finished review as text."""
    if elsewhere := moved(review_id, ".txt"):
        return elsewhere
    text = review_as_text(finished(render_parts().store, review_id), render_parts().identity)
    return responses.text(text, responses.KEPT_WHILE_VISIBLE, searchable=False)


@app.get(r"/r/<review_id>\.json")
def review_data(review_id: str) -> Response[str]:
    """Give a finished review as data."""
    if elsewhere := moved(review_id, ".json"):
        return elsewhere
    data = review_as_data(finished(render_parts().store, review_id), render_parts().identity)
    return responses.data(data, caching=responses.KEPT_WHILE_VISIBLE)


@app.get("/r/<review_id>/report")
def report(review_id: str) -> Response[str]:
    """Lead whoever comes back to the report's own address to the review."""
    return responses.redirect(303, f"/r/{checked(review_id.lower())}")


@app.get("/r/<review_id>")
def review(review_id: str) -> Response[str]:
    """Show a review in whatever state it is."""
    if elsewhere := moved(review_id, ""):
        return elsewhere
    now = _standing(review_id)
    is_ready = now.review.state is State.READY
    caching = responses.KEPT_WHILE_VISIBLE if is_ready else responses.NEVER_KEPT
    return responses.page(render_parts().pages.review(now, _family(now.review)), caching=caching)


@app.not_found
def no_such_route(_error: Exception) -> Response[str]:
    """Answer what no route above takes."""
    is_get = app.current_event.http_method == HTTPMethod.GET
    return _explanation(PageNotFound() if is_get else MethodRefused(app.current_event.path))


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]  # Powertools left it bare
def went_wrong(error: Exception) -> Response[str]:
    """Turn every error into its page, or its JSON: the one place where that happens."""
    return _explanation(error)


def _explanation(error: Exception) -> Response[str]:
    known = explained(error)
    problem = known.problem
    if problem.status >= 500:
        logger.exception("a page could not be shown", exc_info=error)
    if wants_json(app.current_event.path, app.current_event.headers):
        body = {"error": {"code": problem.code, "message": problem.message, "field": ""}}
        return responses.data(body, status=problem.status, headers=known.headers)
    html = render_parts().pages.error(problem)
    return responses.page(html, status=problem.status, headers=known.headers)


def _query() -> dict[str, str]:
    return query_of(app.current_event.get("rawQueryString") or "")


def _form_of_query() -> Form:
    query = _query()
    begun = {name: query[name] for name in _PREFILLED if name in query}
    return form_of(begun, _new_form_token(), _decades())


def _page_for_submit(event: dict[str, Any]) -> Response[str]:
    """Return the page that the submit function asks for."""
    pages, asked_status = render_parts().pages, int(event["status"])
    if event["page"] == "form":
        errors = [FieldError(**error) for error in event["errors"]]
        is_too_fast = any(error.code == "form_too_fast" for error in errors)
        age = 0 if is_too_fast else FORM_AGE_MIN_SECONDS  # it has been filled in already
        form = form_of(event["values"], _new_form_token(age), _decades(), errors)
        return responses.page(pages.form(form), asked_status, headers=event.get("headers"))
    error = asked_to_show(asked_status, event["code"], event["message"], event.get("headers", {}))
    return responses.page(pages.error(error.problem), asked_status, headers=error.headers)


def _new_form_token(age: float = 0.0) -> str:
    """Return the token of a form that counts as handed out so many seconds ago."""
    parts = render_parts()
    nonce = parts.world.random_bytes(NONCE_BYTES)
    return issue_form_token(nonce, parts.world.now() - age, parts.keys)


def _family(review: Review) -> Family:
    """Return the family of a review; none where it cannot be read, for the review itself can."""
    try:
        return family_of(review, render_parts().store, render_parts().lineage)
    except (BotoCoreError, ClientError) as error:
        facts = {"review": review.id, "kind": type(error).__name__}
        logger.warning("a review is shown without its family", extra=facts)
        return NO_FAMILY


def _decades() -> tuple[str, ...]:
    model = render_parts().site.model()
    return model.decades if model else ()


def _standing(review_id: str) -> Standing:
    """Return the review with its place and estimate. Raises ReviewNotFound."""
    parts = render_parts()
    found = parts.store.get(checked(review_id))
    place = parts.store.place_in_queue(found) if found.state is State.QUEUED else 0
    pace = parts.site.pace() if found.state.is_waiting else None
    at_once = parts.settings.generate_concurrency * parts.settings.generate_batch
    return standing(found, place, pace, at_once, parts.world.now())
