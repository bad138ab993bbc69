"""The generate function's composition root: a batch of messages in, the failed ones out."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from artreview.errors import ReviewLeased, ReviewNotFound
from artreview.queue import review_id
from functions.generate.parts import GenerateParts

_SPARE_SECONDS = 10.0
"""What is kept of the function's time for storing the text and sending the mail."""

_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 640
"""After an error the message comes back sooner than the visibility timeout, and after each more
twice as late: the ten times that it may come then last through three quarters of an hour of
trouble, and a visitor waits five seconds for what was over at once."""

logger = Logger()


@cache
def generate_parts() -> GenerateParts:
    """Return the parts of this execution environment."""
    return GenerateParts(os.environ)


def load_in_the_init_phase(environment: Mapping[str, str]) -> None:
    """Load the model when Lambda imports this module, before the first message.

    Elsewhere nothing happens (only Lambda sets that variable). A model that cannot be loaded is
    tried again, and reported, with the first message.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in environment:
        try:
            logger.info("loaded", extra={"model": generate_parts().worker.bundle.name})
        except Exception:
            logger.exception("the model was not loaded")


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Write the reviews that the messages ask for; report those that have to come again.

    Without messages it loads the model and no more, which is how it is warmed. A model that cannot
    be loaded fails every message: they come again, and wait for a bundle that is whole.
    """
    parts = generate_parts()
    seconds_left = context.get_remaining_time_in_millis() / 1000
    deadline = parts.world.now() + seconds_left - _SPARE_SECONDS
    if not event["Records"]:
        logger.info("warm", extra={"model": parts.worker.bundle.name})
        return {"batchItemFailures": []}
    messages = _messages(event["Records"])
    failed = [
        message["messageId"]
        for review, error in _outcome(parts, list(messages), deadline).items()
        for message in messages[review]
        if _comes_again(review, error, message, parts)
    ]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _messages(records: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the messages by the review that they ask for; two may ask for the same one."""
    messages: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        try:
            messages.setdefault(review_id(record["body"]), []).append(record)
        except ValueError:
            logger.exception("a message that holds no id was dropped")
    return messages


def _outcome(parts: GenerateParts, reviews: list[str], deadline: float) -> dict[str, Exception]:
    """Return what went wrong, by review; what keeps the worker from working is every review's."""
    try:
        return parts.worker.work(reviews, deadline)
    except Exception as error:  # noqa: BLE001 - reported below, for each message
        return dict.fromkeys(reviews, error)


def _comes_again(
    review: str, error: Exception, message: dict[str, Any], parts: GenerateParts
) -> bool:
    """Report an error; tell the message when to come again, if it is to."""
    if isinstance(error, ReviewNotFound):
        logger.warning("a message for an unknown review was dropped", extra={"review": review})
        return False
    if isinstance(error, ReviewLeased):
        seconds = int(error.seconds_left) + 1
    else:
        logger.error("the review comes again", extra={"review": review}, exc_info=error)
        seconds = _pause(int(message["attributes"]["ApproximateReceiveCount"]))
    try:
        parts.queue.hide(message["receiptHandle"], seconds)
    except Exception:  # it comes again all the same, only later
        logger.exception("the queue did not take the time", extra={"review": review})
    return True


def _pause(deliveries: int) -> int:
    """Return after how many seconds a message comes again that came so often."""
    doublings = min(deliveries, 10) - 1  # 2 to the power of more would be of no use
    return min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS << max(0, doublings))


load_in_the_init_phase(os.environ)
