"""The stand-in of the Lambda Runtime API answers a runtime client as Lambda does."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from typing import Any

import pytest

from ship.errors import NotShippable
from ship.runtime_stand_in import VERSION, RuntimeApi, runtime_api


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    """Return an API that is served."""
    with runtime_api() as running:
        yield running


def asked(api: RuntimeApi, path: str, body: bytes | None = None) -> tuple[int, Message, Any]:
    """Ask the API as a runtime client does; return the status, the headers, and the content."""
    request = urllib.request.Request(f"http://{api.address}{path}", body)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, answer.headers, json.load(answer)


def handled_once(api: RuntimeApi, ending: str, content: dict[str, Any]) -> list[Message]:
    """Begin to take one event, in a thread, and to post how it ended; return its headers to be."""
    seen: list[Message] = []

    def handle() -> None:
        _, headers, _ = asked(api, f"{VERSION}/invocation/next")
        seen.append(headers)
        number = headers["Lambda-Runtime-Aws-Request-Id"]
        body = json.dumps(content).encode()
        asked(api, f"{VERSION}/invocation/{number}/{ending}", body)

    threading.Thread(target=handle, daemon=True).start()
    return seen


def test_an_event_goes_to_the_function_and_its_answer_comes_back(api: RuntimeApi) -> None:
    """What the handler returned is what `invoke` returns; the deadline goes along."""
    headers = handled_once(api, "response", {"batchItemFailures": []})
    assert api.invoke({"Records": []}, seconds=60) == {"batchItemFailures": []}
    assert int(headers[0]["Lambda-Runtime-Deadline-Ms"]) > 1_700_000_000_000
    assert headers[0]["Lambda-Runtime-Invoked-Function-Arn"].startswith("arn:aws:lambda:")


def test_the_event_arrives_whole(api: RuntimeApi) -> None:
    """The body of `next` is the event as JSON."""
    seen: list[Any] = []

    def handle() -> None:
        _, headers, event = asked(api, f"{VERSION}/invocation/next")
        seen.append(event)
        number = headers["Lambda-Runtime-Aws-Request-Id"]
        asked(api, f"{VERSION}/invocation/{number}/response", b"null")

    threading.Thread(target=handle, daemon=True).start()
    assert api.invoke({"body": "a blue horse, ünder rain"}, seconds=60) is None
    assert seen == [{"body": "a blue horse, ünder rain"}]


def test_an_error_of_the_handler_is_told(api: RuntimeApi) -> None:
    """Its kind and its message, in one line."""
    handled_once(api, "error", {"errorType": "BundleRefused", "errorMessage": "no model"})
    with pytest.raises(NotShippable, match="BundleRefused: no model"):
        api.invoke({}, seconds=60)


def test_a_function_that_cannot_start_is_told(api: RuntimeApi) -> None:
    """An image that lacks a module posts to `init/error`, and nobody waits in vain."""
    told = {"errorType": "Runtime.ImportModuleError", "errorMessage": "No module named 'numpy'"}
    asked(api, f"{VERSION}/init/error", json.dumps(told).encode())
    with pytest.raises(NotShippable, match="ImportModuleError: No module named 'numpy'"):
        api.invoke({}, seconds=60)


def test_a_function_that_never_asks_is_given_up(api: RuntimeApi) -> None:
    """Where nothing fetches the event, the trial ends and says so."""
    with pytest.raises(NotShippable, match="did not answer within 0 s"):
        api.invoke({}, seconds=0)


def test_an_address_that_lambda_does_not_have_is_refused(api: RuntimeApi) -> None:
    """A client of another version of the API finds nothing."""
    with pytest.raises(urllib.error.HTTPError, match="404"):
        asked(api, "/2099-01-01/runtime/invocation/next")
