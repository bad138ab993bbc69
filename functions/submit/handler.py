"""The submit function's composition root: an event in, one call, an answer out.

`handler` serves `POST /submission` and `POST /r/{id}/report`; `sweep` runs on a schedule.
"""

import os
from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from artreview.errors import FieldError, ReviewNotFound, SubmissionRefused
from functions.submit.acceptance import Reception, mark_of_form, new_mark
from functions.submit.addresses import normalised_address
from functions.submit.answers import Answer, json_answer, json_error, see_other
from functions.submit.bodies import Fields, RequestRefused, fields_of, is_json
from functions.submit.parts import SubmitParts, SweepParts
from functions.submit.reports import report
from functions.submit.submission import read_submission
from functions.submit.sweep import sweep as sweep_reviews

logger = Logger()

_REFILLED = ("prompt", "eccentricity", "decade", "submission_email")
_REFILLED_BOXES = ("update_check", "gallery_check")


@cache
def submit_parts() -> SubmitParts:
    """Return the parts of this execution environment."""
    return SubmitParts(os.environ)


@cache
def sweep_parts() -> SweepParts:
    """Return the parts of this execution environment."""
    return SweepParts(os.environ)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Answer one request of the HTTP API."""
    headers = event.get("headers") or {}
    wants_json = is_json(headers.get("content-type", ""), headers.get("accept", ""))
    parts = submit_parts()
    try:
        if event["routeKey"] == "POST /r/{id}/report":
            return _report(event, parts, wants_json=wants_json)
        return _submit(event, parts, wants_json=wants_json)
    except RequestRefused as refused:
        error = FieldError("", refused.code, refused.message)
        status = refused.status
    except ReviewNotFound:
        error = FieldError("", "not_found", "There is no review at this address.")
        status = 404
    if wants_json:
        return json_error(status, error)
    return parts.pages.error(status, error.code, error.message)


@logger.inject_lambda_context(clear_state=True)
def sweep(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Queue again what was lost; called by the schedule."""
    parts = sweep_parts()
    return asdict(sweep_reviews(parts.store, parts.queue, parts.world.now()))


def _submit(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    content_type = (event.get("headers") or {}).get("content-type", "")
    fields = fields_of(
        content_type, event.get("body"), is_base64=bool(event.get("isBase64Encoded"))
    )
    try:
        review_id = _accepted(fields, parts)
    except SubmissionRefused as refused:
        logger.info("submission refused", extra={"codes": [error.code for error in refused.errors]})
        if wants_json:
            return json_error(422, refused.errors[0])
        return parts.pages.form(_typed(fields), refused.errors)
    logger.info("submission accepted", extra={"review": review_id})
    if wants_json:
        url = f"{parts.settings.site_url}/r/{review_id}"
        return json_answer(202, {"id": review_id, "url": url})
    return see_other(f"/r/{review_id}")


def _accepted(fields: Fields, parts: SubmitParts) -> str:
    decades = _decades(parts) if fields.text("decade").strip() else ()
    submission = read_submission(
        fields, decades, lambda address: normalised_address(address, parts.resolver)
    )
    token = fields.text("form_token")
    if fields.is_json and not token:
        mark = new_mark(parts.keys, parts.world)
    else:
        mark = mark_of_form(token, parts.keys, parts.world.now())
    return Reception(parts.store, parts.queue, parts.world).accept(submission, mark)


def _decades(parts: SubmitParts) -> tuple[str, ...]:
    model = parts.site.model()
    return model.decades if model else ()


def _typed(fields: Fields) -> dict[str, str]:
    """Return what the visitor typed, so that nothing of it is lost."""
    ticked = {name: "on" for name in _REFILLED_BOXES if fields.is_ticked(name)}
    return {name: fields.text(name) for name in _REFILLED} | ticked


def _report(event: dict[str, Any], parts: SubmitParts, *, wants_json: bool) -> Answer:
    review_id = event["pathParameters"]["id"]
    report(review_id, parts.store, parts.world.now())
    logger.info("review reported", extra={"review": review_id})
    if wants_json:
        return json_answer(200, {"id": review_id, "state": "blocked"})
    return see_other(f"/r/{review_id}")
