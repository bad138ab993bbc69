"""The two doors: what each lets through, and what waits for the disk."""

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local import asgi
from local.door import FrontDoor
from local.endpoint import Endpoint
from local.outbox import Outbox

EMULATOR_PATHS = [
    "/_ministack/health",
    "/_ministack/reset",
    "/_localstack/health",
    "/_aws/execute-api/api/stage/path",
    "/restapis/api/stage/_user_request_/path",
    "/2015-03-31/functions",
    "/v2/email/outbound-emails",
    "/health",
    "/000000000000/queue",
]


class Log:
    """What happened, in its order."""

    def __init__(self) -> None:
        """Begin empty."""
        self.events: list[str] = []

    async def commit(self) -> None:
        """Pretend to save."""
        self.events.append("saved")

    async def api(self, request: asgi.Request) -> tuple[int, dict[str, Any], bytes]:
        """Pretend to be the site."""
        self.events.append(f"{request.method} {request.raw_path}?{request.query}")
        return 200, {"content-type": "text/plain", "set-cookie": ["a=1", "b=2"]}, request.body

    def emulator(self, status: int) -> asgi.App:
        """Return an emulated AWS that always answers the same."""

        async def app(_: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
            await asgi.body_of(receive, 10**9)
            self.events.append("done")
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})

        return app


def request(
    app: asgi.App,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    headers: dict[str, str] | None = None,
    sent: Callable[[], None] = lambda: None,
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Send a request through an ASGI application; return status, headers and body."""
    path, _, query = path.partition("?")
    scope: asgi.Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in (headers or {}).items()],
    }
    answer: list[asgi.Message] = []

    async def receive() -> asgi.Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: asgi.Message) -> None:
        sent()
        answer.append(message)

    asyncio.run(_call(app, scope, receive, send))
    content = b"".join(message.get("body", b"") for message in answer[1:])
    return answer[0]["status"], answer[0]["headers"], content


async def _call(app: asgi.App, *rest: Any) -> None:
    await app(*rest)


@pytest.fixture
def log() -> Log:
    """Return an empty log."""
    return Log()


@pytest.fixture
def door(tmp_path: Path, log: Log) -> FrontDoor:
    """Return an open front door with an empty outbox."""
    door = FrontDoor(Outbox(tmp_path), log.commit)
    door.open(log.api)
    return door


@pytest.mark.parametrize("path", EMULATOR_PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_visitor_never_reaches_the_emulated_aws(
    door: FrontDoor, log: Log, path: str, method: str
) -> None:
    """Every path but ours goes to the site's API, whatever the emulator would make of it."""
    target = {"x-amz-target": "DynamoDB_20120810.ListTables", "host": "dynamodb.localhost"}
    assert request(door, method, path, headers=target)[0] == 200
    assert log.events[0] == f"{method} {path}?"


def test_a_change_is_answered_when_it_is_on_disk(door: FrontDoor, log: Log) -> None:
    """A POST waits for the save, and a GET does not."""
    request(door, "POST", "/submission", sent=lambda: log.events.append("answered"))
    assert log.events == ["POST /submission?", "saved", "answered", "answered"]
    log.events.clear()
    request(door, "GET", "/r/1?a=%20b")
    assert log.events == ["GET /r/1?a=%20b"]


def test_an_answer_passes_as_it_is(door: FrontDoor) -> None:
    """Body and headers arrive, a list of cookies as several lines; HEAD has no body."""
    _, headers, body = request(door, "POST", "/", b"\x00\xff")
    assert body == b"\x00\xff"
    assert [value for name, value in headers if name == b"set-cookie"] == [b"a=1", b"b=2"]
    assert (b"content-length", b"2") in headers
    assert request(door, "HEAD", "/", b"")[2] == b""


def test_before_the_site_is_there_it_says_so(tmp_path: Path, log: Log) -> None:
    """A visitor who comes too early is told when to come again."""
    door = FrontDoor(Outbox(tmp_path), log.commit)
    status, headers, page = request(door, "GET", "/", headers={"accept": "text/html,*/*;q=0.8"})
    assert status == 503
    assert (b"retry-after", b"2") in headers
    assert page.startswith(b"<!doctype html>")


def test_a_program_is_told_so_as_data(tmp_path: Path, log: Log) -> None:
    """In the form of the site's other errors, so that one reader reads them all."""
    door = FrontDoor(Outbox(tmp_path), log.commit)
    status, headers, body = request(door, "POST", "/submission", b"{}", headers={"accept": "*/*"})
    assert status == 503
    assert (b"retry-after", b"2") in headers
    assert json.loads(body)["error"]["code"] == "starting"


def test_the_outbox_is_there(door: FrontDoor, log: Log) -> None:
    """`/_local/…` is ours, and only for reading."""
    assert request(door, "GET", "/_local/outbox?format=json")[2] == b"[]"
    assert request(door, "POST", "/_local/outbox")[0] == 405
    assert request(door, "GET", "/_local/../_ministack/health")[0] == 404
    assert request(door, "GET", "/_local")[0] == 404
    assert log.events == []


def test_a_huge_body_is_refused(door: FrontDoor, log: Log) -> None:
    """API Gateway takes 10 MB, and so do we."""
    assert request(door, "POST", "/submission", bytes(10 * 1024 * 1024 + 1))[0] == 413
    assert log.events == []


@pytest.mark.parametrize(
    ("target", "waits"),
    [
        ("DynamoDB_20120810.PutItem", True),
        ("DynamoDB_20120810.UpdateItem", True),
        ("DynamoDB_20120810.DeleteItem", True),
        ("DynamoDB_20120810.BatchWriteItem", True),
        ("DynamoDB_20120810.TransactWriteItems", True),
        ("AmazonSQS.SendMessage", True),
        ("AmazonSQS.DeleteMessageBatch", True),
        ("AmazonSQS.ChangeMessageVisibility", True),
        ("DynamoDB_20120810.GetItem", False),
        ("DynamoDB_20120810.Query", False),
        ("DynamoDB_20120810.BatchGetItem", False),
        ("AmazonSQS.GetQueueAttributes", False),
        ("AmazonSSM.GetParameter", False),
        ("", False),
    ],
)
def test_a_function_is_answered_when_its_write_is_on_disk(
    tmp_path: Path, log: Log, target: str, waits: bool
) -> None:
    """Writes wait for a save; reads, and what has no store, do not."""
    endpoint = Endpoint(log.emulator(200), Outbox(tmp_path), log.commit)
    request(
        endpoint,
        "POST",
        "/",
        b"{}",
        headers={"X-Amz-Target": target},
        sent=lambda: log.events.append("answered"),
    )
    expected = ["done", "saved", "answered"] if waits else ["done", "answered"]
    assert log.events[: len(expected)] == expected


def test_a_refused_write_does_not_wait(tmp_path: Path, log: Log) -> None:
    """A condition that failed has changed nothing."""
    endpoint = Endpoint(log.emulator(400), Outbox(tmp_path), log.commit)
    request(endpoint, "POST", "/", b"{}", headers={"x-amz-target": "DynamoDB_20120810.PutItem"})
    assert log.events == ["done"]


def test_a_write_that_cannot_be_saved_is_an_error(tmp_path: Path, log: Log) -> None:
    """With a full disk the function is told to try again, not that all is well."""

    async def fails() -> None:
        raise OSError("no space left on device")

    endpoint = Endpoint(log.emulator(200), Outbox(tmp_path), fails)
    status, _, body = request(
        endpoint, "POST", "/", b"{}", headers={"x-amz-target": "DynamoDB_20120810.PutItem"}
    )
    assert status == 500
    assert json.loads(body)["__type"] == "InternalServerError"


def test_a_mail_is_kept_before_it_counts_as_sent(tmp_path: Path, log: Log) -> None:
    """When SES has said yes, the mail is in the outbox."""
    outbox = Outbox(tmp_path)
    endpoint = Endpoint(log.emulator(200), outbox, log.commit)
    raw = b"To: a@example.org\r\nSubject: Hello\r\n\r\nText\r\n"
    body = json.dumps({"Content": {"Raw": {"Data": base64.b64encode(raw).decode()}}}).encode()
    kept: list[int] = []
    path = "/v2/email/outbound-emails"
    request(endpoint, "POST", path, body, sent=lambda: kept.append(len(outbox.mails())))
    assert kept[0] == 1
    assert outbox.mails()[0].subject == "Hello"


@pytest.mark.parametrize(("status", "body"), [(400, b"{}"), (200, b'{"Content": {}}'), (200, b"x")])
def test_what_is_no_mail_is_not_kept(tmp_path: Path, log: Log, status: int, body: bytes) -> None:
    """Refused by SES, or not a whole message: nothing is in the outbox, and nobody is told so."""
    outbox = Outbox(tmp_path)
    endpoint = Endpoint(log.emulator(status), outbox, log.commit)
    assert request(endpoint, "POST", "/v2/email/outbound-emails", body)[0] >= 400
    assert outbox.mails() == []
