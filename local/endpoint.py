"""The emulated AWS's own port, for the functions: writes are answered when they are on disk."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable

from local import asgi
from local.outbox import Outbox

_SEND_EMAIL = "/v2/email/outbound-emails"
_READS = ("Get", "BatchGet", "Query", "Scan", "Describe", "List", "TransactGet", "Receive")
_STORES = ("DynamoDB_", "AmazonSQS")
_BODY_LIMIT = 64 * 1024 * 1024


class Endpoint:
    """The emulator, with durable writes and an outbox."""

    def __init__(
        self, emulator: asgi.App, outbox: Outbox, committed: Callable[[], Awaitable[None]]
    ) -> None:
        """Take the emulator, the outbox, and what returns when all is on disk."""
        self._emulator = emulator
        self._outbox = outbox
        self._committed = committed

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
        elif scope["method"] == "POST" and scope["path"] == _SEND_EMAIL:
            await self._with_mail(scope, receive, send)
        elif _is_write(scope):
            await self._with_commit(scope, receive, send)
        else:
            await self._emulator(scope, receive, send)

    async def _with_commit(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        held = _Held()
        await self._emulator(scope, receive, held.take)
        if held.is_success:
            try:
                await self._committed()
            except OSError as error:
                await _refuse(send, scope, str(error))
                return
        await held.release(send)

    async def _with_mail(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        body = await asgi.body_of(receive, _BODY_LIMIT)
        held = _Held()
        await self._emulator(scope, _again(body), held.take)
        if held.is_success:
            try:
                self._outbox.keep(_raw_message(body))
            except (OSError, ValueError) as error:
                await _refuse(send, scope, str(error))
                return
        await held.release(send)


class _Held:
    """An answer that is held back."""

    def __init__(self) -> None:
        self._messages: list[asgi.Message] = []

    @property
    def is_success(self) -> bool:
        return bool(self._messages) and self._messages[0].get("status", 500) < 400

    async def take(self, message: asgi.Message) -> None:
        self._messages.append(message)

    async def release(self, send: asgi.Send) -> None:
        for message in self._messages:
            await send(message)


def _is_write(scope: asgi.Scope) -> bool:
    target = asgi.headers_of(scope).get("x-amz-target", "")
    store, _, action = target.partition(".")
    return store.startswith(_STORES) and not action.startswith(_READS)


def _again(body: bytes) -> asgi.Receive:
    """Return a `receive` that gives a body which has been read already."""

    async def receive() -> asgi.Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _raw_message(body: bytes) -> bytes:
    """Return the MIME message in a SendEmail request. Raises ValueError."""
    try:
        return base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"], validate=True)
    except (KeyError, TypeError, binascii.Error, json.JSONDecodeError) as error:
        raise ValueError("the local outbox takes mails as Content.Raw.Data only") from error


async def _refuse(send: asgi.Send, scope: asgi.Scope, reason: str) -> None:
    """Answer as AWS does when it is at fault, so that the SDK tries again."""
    headers = {"content-type": "application/x-amz-json-1.0"}
    content = {"__type": "InternalServerError", "message": reason}
    await asgi.answer(send, scope, 500, headers, json.dumps(content).encode())
