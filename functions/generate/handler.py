"""The generate function's composition root: a batch of messages in, the failed ones out."""

import os
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from artreview.errors import ReviewLeased, ReviewNotFound
from artreview.queue import review_id
from functions.generate.parts import GenerateParts

_SPARE_SECONDS = 10.0
"""What is kept of the function's time for storing the text and sending the mail."""

_RETRY_SECONDS = 5
"""After an error the message comes back this soon, not only after the visibility timeout."""

logger = Logger()


@cache
def generate_parts() -> GenerateParts:
    """Return the parts of this execution environment."""
    return GenerateParts(os.environ)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Write the reviews that the messages ask for; report those that have to come again.

    Without messages it loads the model and no more, which is how it is warmed. A model that cannot
    be loaded fails every message alone: they come again, and wait for a bundle that is whole.
    """
    parts = generate_parts()
    seconds_left = context.get_remaining_time_in_millis() / 1000
    deadline = parts.world.now() + seconds_left - _SPARE_SECONDS
    if not event["Records"]:
        logger.info("warm", extra={"model": parts.worker.bundle.name})
        return {"batchItemFailures": []}
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    handle = partial(_handle, parts=parts, deadline=deadline)
    return dict(process_partial_response(event, handle, processor, context))


def _handle(record: SQSRecord, parts: GenerateParts, deadline: float) -> None:
    """Work on one message; what is raised makes it come again."""
    try:
        review = review_id(record.body)
    except ValueError:
        logger.exception("a message that holds no id was dropped")
        return
    try:
        parts.worker.work(review, deadline)
    except ReviewNotFound:
        logger.warning("a message for an unknown review was dropped", extra={"review": review})
    except ReviewLeased as leased:
        parts.queue.hide(record.receipt_handle, int(leased.seconds_left) + 1)
        raise
    except Exception:
        logger.exception("the review comes again", extra={"review": review})
        parts.queue.hide(record.receipt_handle, _RETRY_SECONDS)
        raise
