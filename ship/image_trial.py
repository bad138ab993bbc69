"""Tries the image of `generate`: its handler writes a review that was submitted to a local site.

The site's own writing function is kept from the queue meanwhile. The message is taken from the
queue as Lambda takes it, goes to the image through a stand-in of the Lambda Runtime API, and the
review is then looked up where a visitor does.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ship import events
from ship.builders import Builder
from ship.errors import NotShippable
from ship.runtime_stand_in import runtime_api
from ship.trial_site import TrialSite

_FUNCTION = "GenerateFunction"
_MAPPING = "QueueToGenerate"
_KERNELS = "the kernels write"
"""What the function logs when its compiled kernels run, and not the slower onnxruntime."""
_SECONDS = 300.0
"""For the start and one review, on however busy a computer."""
_LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Written:
    """What the image wrote."""

    review: str
    words: int
    model: str


def try_image(
    builder: Builder, tag: str, site: TrialSite, scratch: Path, say: Callable[[str], None]
) -> Written:
    """Let the image write one review of the site, and return what is found. Raises NotShippable."""
    _keep_from_the_queue(site)
    review = site.submit(
        prompt="The portraits in this small room",
        eccentricity=5,
        submission_email="visitor@example.org",
    )
    message = _received(site)
    queue = site.aws.outputs["QueueUrl"]
    log = scratch / "image.log"
    with runtime_api() as api:
        variables = {
            **site.environment(_FUNCTION),
            "AWS_LAMBDA_RUNTIME_API": api.address,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        }
        say("Starting the image, and handing it the message of a review …")
        process = builder.start(tag, variables, log)
        try:
            answer = api.invoke(events.queue_event([message], _arn(site, queue)), _SECONDS)
        except NotShippable as error:
            raise NotShippable(f"{error} The image said:\n  {_last_words(log)}") from error
        finally:
            builder.end(tag, process)
    if answer != {"batchItemFailures": []}:
        raise NotShippable(f"The handler returned {answer}; it said:\n  {_last_words(log)}")
    site.aws.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    if _KERNELS not in log.read_text(errors="replace"):
        raise NotShippable(f"The log does not say that {_KERNELS}:\n  {_last_words(log)}")
    return _as_a_visitor_finds_it(site, review)


def _keep_from_the_queue(site: TrialSite) -> None:
    """Let nobody else take messages from the queue."""
    clients = site.aws.client("lambda")
    (mapping,) = clients.list_event_source_mappings(FunctionName=site.function(_FUNCTION))[
        "EventSourceMappings"
    ]
    clients.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def _received(site: TrialSite) -> dict[str, Any]:
    """Take the one message that waits. Raises NotShippable."""
    told = site.aws.client("sqs").receive_message(
        QueueUrl=site.aws.outputs["QueueUrl"],
        WaitTimeSeconds=10,
        MessageSystemAttributeNames=["All"],
    )
    messages: list[dict[str, Any]] = told.get("Messages", [])
    if len(messages) != 1:
        raise NotShippable(f"The queue held {len(messages)} messages for one submission.")
    return messages[0]


def _arn(site: TrialSite, queue: str) -> str:
    told = site.aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return str(told["Attributes"]["QueueArn"])


def _as_a_visitor_finds_it(site: TrialSite, review: str) -> Written:
    """Look the review and its mail up. Raises NotShippable."""
    state = json.loads(site.get(f"/r/{review}/status"))["state"]
    if state != "ready":
        raise NotShippable(f"The review is {state}, though the handler says that it is done.")
    mails = json.loads(site.get("/_local/outbox?format=json"))
    if not any(review in mail["text"] for mail in mails):
        raise NotShippable("The review is ready, and no mail about it was sent.")
    data = json.loads(site.get(f"/r/{review}.json"))
    return Written(review, len(data["text"].split()), str(data["model"]))


def _last_words(log: Path) -> str:
    return "\n  ".join(log.read_text(errors="replace").splitlines()[-_LINES_SHOWN:])
