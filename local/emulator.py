"""The emulated AWS (ministack), and all that is known here of its inside.

Its modules read the environment when they are imported, so `configure` comes first, and they are
imported by name in `Emulator`. The version is pinned exactly; what is relied on beyond its public
face is: the module-level stores of DynamoDB and SQS, the state files' format, the HTTP API's
`handle_execute`, the pool of workers, and that workers run with `sys.executable`.
"""

import importlib
import json
import os
import shlex
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

from local import asgi
from local.place import ROOT, Place
from local.ports import HOST

REGION = "us-east-1"
ACCOUNT = "000000000000"

Answer = tuple[int, dict[str, Any], bytes]
"""A status, headers (a list as a value means several lines), and a body."""

_SETTINGS = {
    "MINISTACK_HOST": "localhost",
    "MINISTACK_REGION": REGION,
    "BIND_HOST": HOST,
    # In names only (a queue's address is one): they stay the same whatever port is free.
    "GATEWAY_PORT": "4566",
    "PERSIST_STATE": "1",
    "AUTH": "true",  # the functions may do what their roles say, as on AWS
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "LAMBDA_WARM_TTL_SECONDS": "900",
    "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "1",
    "LOG_LEVEL": "INFO",
    # What the functions' SDK must not find on this computer: real accounts and real proxies.
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_MAX_ATTEMPTS": "5",
}


def configure(place: Place, endpoint_port: int, functions_python: Path) -> None:
    """Set the environment that the emulator, and the functions under it, will see."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "LAMBDA_"))]:
        del os.environ[name]
    os.environ.update(_SETTINGS)
    os.environ["AWS_ENDPOINT_URL"] = f"http://{HOST}:{endpoint_port}"
    os.environ["STATE_DIR"] = str(place.cloud)
    os.environ["FUNCTIONS_LOG"] = str(place.functions_log)
    os.environ["TMPDIR"] = tempfile.tempdir = str(place.scratch)
    for name in ("no_proxy", "NO_PROXY"):
        known = os.environ.get(name, "")
        os.environ[name] = ",".join(filter(None, [known, "localhost", HOST]))
    sys.executable = str(_worker_launcher(place, functions_python))


def _worker_launcher(place: Place, functions_python: Path) -> Path:
    """Write the program that the emulator will take for its Python, and return it."""
    launcher = place.folder / "worker"
    parts = [str(functions_python), "-P", str(ROOT / "local" / "worker.py")]
    launcher.write_text(f'#!/bin/sh\nexec {shlex.join(parts)} "$@"\n')
    launcher.chmod(0o755)
    return launcher


class Emulator:
    """The emulated services, in this process."""

    def __init__(self) -> None:
        """Import what the site uses. `configure` must have been called."""
        self._app = importlib.import_module("ministack.app")
        self._persistence = _persistence()
        self._workers = importlib.import_module("ministack.core.lambda_runtime")
        self._apis = importlib.import_module("ministack.services.apigateway")
        self.tables = Tables()
        self._queues = importlib.import_module("ministack.services.sqs")
        self.app: Callable[..., Awaitable[None]] = self._app.app
        """The emulated AWS as an ASGI application."""
        self._guard_queues()

    def _guard_queues(self) -> None:
        """Hold the queues' own lock in every handler.

        The emulator holds it only where Lambda's poller takes messages. That runs in a thread, and
        replaces a queue's list of messages: one that is sent just then would be lost.
        """
        lock = self._queues._queues_lock  # noqa: SLF001  # see the module's docstring

        def guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(handler)
            def with_lock(*arguments: Any) -> Any:  # noqa: ANN401  # passed through as it is
                with lock:
                    return handler(*arguments)

            return with_lock

        handlers = self._queues._HANDLERS  # noqa: SLF001
        for action in (name for name in handlers if name != "ReceiveMessage"):
            handlers[action] = guarded(handlers[action])

    def queues_state(self) -> bytes:
        """Return the state file of SQS as it should be now."""
        module = self._queues
        with module._queues_lock:  # noqa: SLF001
            state = {
                "queues": module._queues,  # noqa: SLF001
                "queue_name_to_url": module._queue_name_to_url,  # noqa: SLF001
            }
            return _state_file("sqs", state)

    def save_everything_else(self) -> None:
        """Write the state files of all services but those that are saved all the time."""
        services = self._app._build_persistence_save_dict()  # noqa: SLF001
        for name in ("dynamodb", "sqs"):
            services.pop(name, None)
        self._persistence.save_all(services)

    async def execute_api(self, api_id: str, request: asgi.Request) -> Answer:
        """Send a request through an HTTP API's default stage, and to nothing else."""
        answer: Answer = await self._apis.handle_execute(
            api_id,
            "$default",
            self._apis.decode_http_api_path(request.raw_path),
            request.method,
            request.headers,
            request.body,
            parse_qs(request.query, keep_blank_values=True),
            raw_query_string=request.query,
        )
        return answer

    def stop_workers(self) -> None:
        """End the functions' processes."""
        self._workers.reset()


class Tables:
    """The emulator's DynamoDB: what changed in it, and all of it.

    Every change of an item goes through two functions of the emulator's module, which are wrapped
    here to note the item's keys; a third is called after a table's items were replaced as a whole.
    """

    def __init__(self) -> None:
        """Begin to listen."""
        self._module = importlib.import_module("ministack.services.dynamodb")
        self._lock = threading.Lock()
        self._changed: set[tuple[str, str, str]] = set()
        self._is_unclear = False
        for name, noting in (
            ("_set_item", self._noting),
            ("_remove_item", self._noting),
            ("_items_replaced", self._noting_all),
        ):
            setattr(self._module, name, noting(getattr(self._module, name)))

    def _noting(self, change: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(change)
        def noted(table: dict[str, Any], first: str, second: str, *rest: Any) -> Any:  # noqa: ANN401
            result = change(table, first, second, *rest)
            with self._lock:
                self._changed.add((table["TableArn"], first, second))
            return result

        return noted

    def _noting_all(self, change: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(change)
        def noted(*arguments: Any) -> Any:  # noqa: ANN401
            self._is_unclear = True
            return change(*arguments)

        return noted

    def changes(self) -> list[bytes] | None:
        """Return, and forget, what changed (see `journal.py`)."""
        if self._is_unclear:
            return None
        with self._lock:
            changed, self._changed = self._changed, set()
        return [self._line(*keys) for keys in changed]

    def _line(self, arn: str, first: str, second: str) -> bytes:
        _, _, _, region, account, rest = arn.split(":", 5)
        name = rest.removeprefix("table/")
        table = self._module._tables.get_scoped(account, region, name) or {}  # noqa: SLF001
        item = table.get("items", {}).get(first, {}).get(second)
        parts = [account, region, name, first, second, item]
        return json.dumps(parts, default=_persistence()._json_default).encode() + b"\n"  # noqa: SLF001

    def whole(self) -> bytes:
        """Return the state file as it should be now, and forget what changed."""
        module = self._module
        with self._lock:
            self._changed = set()
            self._is_unclear = False
        with module._lock:  # noqa: SLF001
            derived = module._INDEX_MEMBERS  # noqa: SLF001
            tables = type(module._tables)()  # noqa: SLF001
            for keys, table in module._tables.all_items():  # noqa: SLF001
                tables.set_scoped(*keys, {k: v for k, v in table.items() if k != derived})
            state = {
                "tables": tables,
                "tags": module._tags,  # noqa: SLF001
                "ttl_settings": module._ttl_settings,  # noqa: SLF001
                "pitr_settings": module._pitr_settings,  # noqa: SLF001
            }
            return _state_file("dynamodb", state)


def _persistence() -> ModuleType:
    return importlib.import_module("ministack.core.persistence")


def _state_file(service: str, state: dict[str, Any]) -> bytes:
    """Return what the emulator's `save_state` would write, from the live stores."""
    module = _persistence()
    whole = {
        "__ministack_format__": module._state_format_version(service),  # noqa: SLF001
        "payload": state,
    }
    return json.dumps(whole, default=module._json_default).encode()  # noqa: SLF001
