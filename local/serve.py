"""Serves one state: the emulated AWS, the front door and the outbox, in this one process."""

import asyncio
import concurrent.futures
import contextlib
import importlib
import json
import logging
import os
import signal
import socket
import sys
import time
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from local import asgi, deploy, emulator, ports, state
from local.door import FrontDoor
from local.endpoint import Endpoint
from local.errors import LocalError
from local.journal import Journal, fold
from local.outbox import Outbox
from local.place import ROOT, Place
from local.saver import Saver, Snapshot

SENDER = "reviews@localhost.example"
OPERATOR = "operator@localhost.example"
"""Who is told of reports; the mails are in the outbox."""
_LOG_BYTES = 5_000_000
_LIMITS = (
    "DailyCeiling",
    "HourlySubmissions",
    "DailySubmissions",
    "HourlyPrograms",
    "HourlyReports",
    "DailyMails",
)
_UNLIMITED = "1000000"
"""The template allows no higher limit; nobody reaches it on a laptop."""
_WARM_SECONDS = 5.0
"""How long the start waits for the functions to be warm; they become so in any case."""


def serve(port: int, place: Place, functions_python: Path) -> NoReturn:
    """Serve until Ctrl-C. Raises LocalError where that cannot begin."""
    started = time.monotonic()
    state.open_state(place, note=f"http://localhost:{port} (process {os.getpid()})")
    door_socket = ports.listening(port)
    remembered = _remembered_port(place)
    endpoint_socket = ports.endpoint_socket(remembered)
    endpoint_port = int(endpoint_socket.getsockname()[1])
    state.mend(place)
    fold(place.cloud / "dynamodb.json")
    state.write(place.endpoint_port, str(endpoint_port).encode())
    emulator.configure(place, endpoint_port, functions_python)
    _log_to(place)
    site = Site(place, port, f"http://{ports.HOST}:{endpoint_port}")
    outcome = 0
    try:
        # No asyncio.run: it would cancel, one by one and at length, what is about to end anyway.
        asyncio.new_event_loop().run_until_complete(
            site.run([door_socket, endpoint_socket], started)
        )
    except LocalError as error:
        _say(str(error))
        outcome = 1
    except Exception:
        logging.getLogger("local").exception("the local cloud ended")
        _say(f"Something unexpected happened; {place.cloud_log} tells what.")
        outcome = 1
    os._exit(outcome)  # the emulator's threads have no end of their own


class Site:
    """The parts of one local site, from start to stop."""

    def __init__(self, place: Place, port: int, endpoint: str) -> None:
        """Put the parts together; nothing runs yet."""
        self._place = place
        self._port = port
        self._cloud = deploy.Cloud(endpoint)
        self._emulator = emulator.Emulator()
        self._journal = Journal(place.cloud / "dynamodb.json", self._emulator.tables)
        queues = Snapshot(place.cloud / "sqs.json", self._emulator.queues_state)
        self._saver = Saver((self._journal, queues))
        outbox = Outbox(place.outbox)
        self._door = FrontDoor(outbox, self._saver.commit)
        self._endpoint = Endpoint(self._emulator.app, outbox, self._saver.commit)
        self._is_ready = False
        self._is_stopping = False

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Send a request through the door that it knocked at."""
        if scope["type"] == "lifespan":
            await self._emulator.app(scope, receive, send)
        elif scope["server"][1] == self._port:
            await self._door(scope, receive, send)
        else:
            await self._endpoint(scope, receive, send)

    async def run(self, sockets: list[socket.socket], started: float) -> None:
        """Serve until a signal says to stop. Raises LocalError."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(name, stop.set)
        serving = asyncio.create_task(self._listen(sockets))
        starting = asyncio.create_task(self._start(started))
        stopping = asyncio.create_task(stop.wait())
        running: set[asyncio.Task[Any]] = {serving, starting, stopping}
        while not stop.is_set():
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # raises what the task raised
        await self._stop()

    async def _listen(self, sockets: list[socket.socket]) -> None:
        config = importlib.import_module("hypercorn.config").Config()
        config.bind = [f"fd://{each.detach()}" for each in sockets]
        config.keep_alive_timeout = 75
        hypercorn = importlib.import_module("hypercorn.asyncio")
        await hypercorn.serve(self, config, mode="asgi", shutdown_trigger=asyncio.Event().wait)

    async def _start(self, started: float) -> None:
        """Deploy what changed, open the door, warm the functions, and say so."""
        self._saver.start()
        deployment, is_new = await asyncio.to_thread(
            deploy.deploy,
            self._place,
            self._cloud,
            self._parameters(),
            {"MODEL_DIR": str(_model_folder())},
            _say,
        )
        if is_new:
            self._journal.rewrite()
            await self._saver.commit()
            self._emulator.save_everything_else()
            deploy.remember(self._place, deployment)
        self._is_ready = True
        self._door.open(partial(self._emulator.execute_api, deployment.outputs["ApiId"]))
        await asyncio.to_thread(self._warm, deployment.outputs)
        if self._is_stopping:
            return
        address = f"http://localhost:{self._port}"
        _say(
            f"Art Review Generator is at {address}  "
            f"(mail: {address}/_local/outbox, Ctrl-C stops it)"
        )
        logging.getLogger("local").info("ready after %.1f s", time.monotonic() - started)

    def _parameters(self) -> dict[str, str]:
        """Return the stack's parameters that differ here from the template's defaults."""
        return {
            "SiteUrl": f"http://localhost:{self._port}",
            "MailFrom": SENDER,
            "OperatorAddress": OPERATOR,
            "MailDnsCheck": _dns_check(os.environ.get("DNS_CHECK") or "off"),
            "SweepRate": "rate(1 minute)",
            "Patterns": "on",
            "SigningKeyParameter": "/art-review-generator/signing-keys",
            **_limits(os.environ.get("LIMITS") or "off"),
        }

    def _warm(self, outputs: dict[str, str]) -> None:
        """Let the functions load what they need, all at once, and wait for them a little while.

        Raises LocalError where the one that writes cannot start, as with a bundle that is damaged.

        The sweep and the form are not called: nobody waits for the one, and the other is quick.
        Where reviews are waiting already, the queue warms the one that writes.
        """
        page = f"http://{ports.HOST}:{self._port}/healthz"
        calls = [partial(_get, page)]
        if _is_empty(self._cloud, outputs["QueueUrl"]):
            calls.append(partial(_start, self._cloud, outputs["GenerateFunctionName"]))
        pool = concurrent.futures.ThreadPoolExecutor(len(calls))
        pending = [pool.submit(call) for call in calls]
        done, _ = concurrent.futures.wait(pending, timeout=_WARM_SECONDS)
        pool.shutdown(wait=False)
        for call in done:
            error = call.exception()
            if isinstance(error, LocalError):
                raise error
            if error is not None and not self._is_stopping:
                _say(f"Attention: {error}")

    async def _stop(self) -> None:
        self._is_stopping = True
        _say("\nStopping …")
        self._door.close()
        if self._is_ready:
            self._journal.rewrite()
            await self._saver.stop()
            self._emulator.save_everything_else()
        await asyncio.to_thread(self._emulator.stop_workers)
        _say(f"Stopped. Everything is kept in {self._place.folder}")


def _is_empty(cloud: deploy.Cloud, queue: str) -> bool:
    name = "ApproximateNumberOfMessages"
    answer = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(answer["Attributes"][name]) == 0


def _start(cloud: deploy.Cloud, function: str) -> None:
    """Call the queue's consumer with nothing to do: it loads its model all the same."""
    nothing = json.dumps({"Records": []})
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=nothing)
    if "FunctionError" in answer:
        error = json.loads(answer["Payload"].read())
        raise LocalError(f"{function} does not start: {error.get('errorMessage', error)}")


def _get(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.closing(opener.open(url, timeout=30)) as answer:
        answer.read()


def _model_folder() -> Path:
    """Return where the model is used from; no zip carries it, for it is unpacked at every start."""
    return Path(os.environ.get("MODEL_DIR") or ROOT / "functions" / "generate" / "model").resolve()


def _dns_check(wish: str) -> str:
    if wish not in {"on", "off"}:
        raise LocalError(f"DNS_CHECK is {wish!r}; it must be on or off.")
    return wish


def _limits(wish: str) -> dict[str, str]:
    """Return the parameters that lift the limits, or none where they are to be as on AWS.

    All who visit a local site come from one network address, 127.0.0.1.
    """
    if wish not in {"on", "off"}:
        raise LocalError(f"LIMITS is {wish!r}; it must be on or off.")
    return {} if wish == "on" else dict.fromkeys(_LIMITS, _UNLIMITED)


def _remembered_port(place: Place) -> int | None:
    try:
        return int(place.endpoint_port.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _log_to(place: Place) -> None:
    """Let everything but our own sentences go to the log: the console is for people."""
    for path in (place.cloud_log, place.functions_log):
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_name(path.name + ".1"))
    descriptor = os.open(place.cloud_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s [%(name)s] %(message)s"
    )


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError):  # a terminal that was closed must not keep us from saving
        sys.stdout.write(sentence + "\n")
        sys.stdout.flush()
