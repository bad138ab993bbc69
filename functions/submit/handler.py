"""The submit function's composition root: an event in, one call, an answer out.

`handler` serves every POST of the HTTP API; `sweep` runs on a schedule.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from artreview.errors import (
    FieldError,
    HidingOver,
    ReviewNotFound,
    SubmissionRefused,
    SubscriptionUnknown,
    TokenRefused,
)
from functions.submit import dead_letters, decisions, outages
from functions.submit.acceptance import Reception, mark_of_form, new_mark
from functions.submit.addresses import normalised_address
from functions.submit.admission import Admission, TooMany
from functions.submit.answers import Answer, json_answer, json_error, said, secured, see_other
from functions.submit.bodies import Fields, RequestRefused, body_text, fields_of, is_json
from functions.submit.judging import decision_of
from functions.submit.origins import check_own_page
from functions.submit.parts import SubmitParts, SweepParts
from functions.submit.reports import purge, report
from functions.submit.submission import read_submission
from functions.submit.sweep import sweep as sweep_reviews
from functions.submit.visitors import visitor_of

logger = Logger()

_REFUSALS = (
    RequestRefused,
    ReviewNotFound,
    HidingOver,
    TokenRefused,
    SubscriptionUnknown,
    TooMany,
)
_REFILLED = ("prompt", "eccentricity", "decade", "submission_email", "answers", "again")
_REFILLED_BOXES = ("update_check", "gallery_check")


@cache
def submit_parts() -> SubmitParts:
    """Return the parts of this execution environment."""
    return SubmitParts(os.environ)


@cache
def sweep_parts() -> SweepParts:
    """Return the parts of this execution environment."""
    return SweepParts(os.environ)


def prepare_in_the_init_phase(environment: Mapping[str, str]) -> None:
    """Make what a submission needs when Lambda imports this module, before its visitor is there.

    Elsewhere nothing happens (only Lambda sets these variables), nor for the sweep, which nobody
    waits for. What could not be had is asked for again, and reported, with the first request.
    """
    is_handler = environment.get("_HANDLER", "").endswith(".handler")
    if is_handler and "AWS_LAMBDA_INITIALIZATION_TYPE" in environment:
        try:
            submit_parts().prepare()
        except Exception:
            logger.exception("the first submission was not prepared")


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Answer one request of the HTTP API."""
    return secured(_answered(event), submit_parts().site_url)


def _answered(event: dict[str, Any]) -> Answer:
    headers = event.get("headers") or {}
    wants_json = is_json(headers.get("content-type", ""), headers.get("accept", ""))
    parts = submit_parts()
    try:
        return _ROUTES[event["routeKey"]](event, parts, wants_json=wants_json)
    except _REFUSALS as error:
        status, told, seconds = _explained(error)
        logger.info("request refused", extra={"code": told.code})
    except outages.OUTAGES as error:
        outages.log_outage(error)
        status, told, seconds = outages.STATUS, outages.UNAVAILABLE, outages.RETRY_SECONDS
    if wants_json:
        return json_error(status, [told], seconds)
    return parts.pages.error(status, told.code, told.message, seconds)


@logger.inject_lambda_context(clear_state=True)
def sweep(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Queue again what was lost, give up what came too often, tell the operator of reports.

    The schedule calls it.

    The operator calls it with `{"retry": ["id", …]}` to bring failed reviews back, and with
    `{"restore": ["id", …]}` to show hidden ones again.
    """
    parts = sweep_parts()
    now = parts.world.now()
    if "retry" in event:
        return asdict(parts.way_back.retry(event["retry"], now))
    if "restore" in event:
        return asdict(parts.way_back.restore(event["restore"], now))
    swept = sweep_reviews(parts.store, parts.queue, now)
    undelivered = dead_letters.give_up_dead_letters(parts.dead_letters, parts.store, now)
    done = asdict(swept) | {"undelivered": undelivered}
    if not parts.has_operator:
        return done
    is_due = bool(parts.reported.untold())  # else neither keys nor a mail service are asked for
    return done | {"told": parts.telling.tell() if is_due else 0}


def _explained(error: Exception) -> tuple[int, FieldError, int]:
    """Return an error's status, its words, and after how many seconds to try again (0: never)."""
    if isinstance(error, TooMany):
        return error.status, error.error, error.seconds_left
    if isinstance(error, RequestRefused):
        return error.status, FieldError("", error.code, error.message), 0
    if isinstance(error, TokenRefused):
        message = (
            "The link is not whole, or is not for this. Open it from the mail again, or copy all "
            "of it: it ends in a long row of letters and digits."
        )
        return 403, FieldError("", "link_refused", message), 0
    if isinstance(error, HidingOver):
        message = "It was decided meanwhile, or the review was hidden anew: the link's page tells."
        return 409, FieldError("", "hiding_over", message), 0
    if isinstance(error, SubscriptionUnknown):
        message = (
            "This link was good for seven days. To subscribe, tick the box when you ask for your "
            "next review; a new link comes with its mail."
        )
        return 403, FieldError("", "link_expired", message), 0
    return 404, FieldError("", "not_found", "There is no review at this address."), 0


def _submit(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    headers = event.get("headers") or {}
    fields = fields_of(
        headers.get("content-type", ""),
        event.get("body"),
        is_base64=bool(event.get("isBase64Encoded")),
    )
    if not fields.is_json:  # JSON from another site's page is stopped by the browser itself (CORS)
        check_own_page(headers, parts.site_url)
    errors: tuple[FieldError, ...]
    try:
        review_id = _accepted(fields, parts, _admission(event, parts))
    except SubmissionRefused as refused:
        status, errors, seconds = 422, refused.errors, 0
    except TooMany as too_many:
        status, errors, seconds = too_many.status, (too_many.error,), too_many.seconds_left
    except outages.OUTAGES as error:
        outages.log_outage(error)
        status, errors, seconds = outages.STATUS, (outages.UNAVAILABLE,), outages.RETRY_SECONDS
    else:
        logger.info("submission accepted", extra={"review": review_id})
        if wants_json:
            url = f"{parts.settings.site_url}/r/{review_id}"
            return json_answer(202, {"id": review_id, "url": url})
        return see_other(f"/r/{review_id}")
    logger.info("submission refused", extra={"codes": [error.code for error in errors]})
    if wants_json:
        return json_error(status, errors, seconds)
    return parts.pages.form(_typed(fields), errors, status, seconds)


def _accepted(fields: Fields, parts: SubmitParts, admission: Admission) -> str:
    decades = _decades(parts) if fields.text("decade").strip() else ()
    token = fields.text("form_token")
    is_program = fields.is_json and not token
    try:
        if is_program:
            mark = new_mark(parts.keys, parts.world)
        else:
            mark = mark_of_form(token, parts.keys, parts.world.now())
    except SubmissionRefused:
        # What is wrong with the fields is told first; no domain is looked up for such a form.
        read_submission(fields, decades, lambda address: normalised_address(address, None))
        raise
    is_trapped = bool(fields.text("website"))
    submission = read_submission(
        fields,
        decades,
        lambda address: normalised_address(address, None if is_trapped else parts.resolver),
    )
    if not parts.settings.gallery:
        submission = replace(submission, in_gallery=False)
    admit = partial(admission.to_submit, submission.address, is_program=is_program)
    return Reception(parts.store, parts.queue, parts.world).accept(submission, mark, admit)


def _admission(event: dict[str, Any], parts: SubmitParts) -> Admission:
    visitor = visitor_of(event, parts.origin_secret)
    return Admission(parts.counters, parts.rates, visitor)


def _decades(parts: SubmitParts) -> tuple[str, ...]:
    model = parts.site.model()
    return model.decades if model else ()


def _typed(fields: Fields) -> dict[str, str]:
    """Return what the visitor typed, so that nothing of it is lost."""
    ticked = {name: "on" for name in _REFILLED_BOXES if fields.is_ticked(name)}
    return {name: fields.text(name) for name in _REFILLED} | ticked


def _report(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    review_id = _review_id(event)
    check_own_page(event.get("headers") or {}, parts.site_url)

    admission = partial(_admission, event, parts)
    state = report(review_id, parts.store, admission, parts.world.now())
    logger.info("review reported", extra={"review": review_id, "state": state})
    if state.is_hidden:
        purge(parts.copies, review_id, parts.world.now())
    if wants_json:
        return json_answer(200, {"id": review_id, "state": state})
    return see_other(f"/r/{review_id}" if state.is_hidden else f"/r/{review_id}/reported")


def _delete(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    review_id = _review_id(event)
    decisions.delete(review_id, _token(event), parts.store, parts.keys)
    logger.info("review deleted", extra={"review": review_id})
    purge(parts.copies, review_id, parts.world.now())
    if wants_json:
        return json_answer(200, {"id": review_id, "state": "deleted"})
    return see_other(f"/r/{review_id}")


def _judge(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    review_id, token = _review_id(event), _token(event)
    headers, body = event.get("headers") or {}, event.get("body")
    is_base64 = bool(event.get("isBase64Encoded"))
    decision = decision_of(fields_of(headers.get("content-type", ""), body, is_base64=is_base64))
    try:
        state = parts.judging.judge(review_id, token, decision, parts.world.now())
    except HidingOver:
        if wants_json:
            raise
        logger.info("a decision came too late", extra={"review": review_id})
    else:
        facts = {"review": review_id, "decision": decision, "state": state}
        logger.info("report judged", extra=facts)
        if wants_json:
            return json_answer(200, {"id": review_id, "state": state})
    return see_other(f"/r/{review_id}/judge?{urlencode({'token': token})}")


def _confirm(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    decisions.confirm(_token(event), parts.subscribers, parts.keys, parts.world.now())
    logger.info("subscription confirmed")
    if wants_json:
        return json_answer(200, {"state": "subscribed"})
    return see_other("/subscription/confirmed")


def _leave(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    body = body_text(event.get("body"), is_base64=bool(event.get("isBase64Encoded")))
    decisions.leave(_token(event), parts.subscribers, parts.keys)
    logger.info("subscription ended")
    if wants_json:
        return json_answer(200, {"state": "left"})
    if decisions.is_one_click(body):
        return said("You have left the list.")
    return see_other("/subscription/left")


def _review_id(event: dict[str, Any]) -> str:
    """Return the id in the address; one typed in capitals is the same."""
    return str(event["pathParameters"]["id"]).lower()


def _token(event: dict[str, Any]) -> str:
    query: dict[str, str] = event.get("queryStringParameters") or {}
    return query.get("token", "")


_ROUTES: dict[str, Callable[..., Answer]] = {
    "POST /submission": _submit,
    "POST /r/{id}/report": _report,
    "POST /r/{id}/delete": _delete,
    "POST /r/{id}/judge": _judge,
    "POST /subscription/confirm": _confirm,
    "POST /subscription/leave": _leave,
}

prepare_in_the_init_phase(os.environ)
