"""The real local stack, as `make run` starts it, for tests to use and to kill."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
READY = "is at http://"
_PATIENCE_SECONDS = 600
"""For a start that installs everything first; afterwards a start takes a few seconds."""


class StackError(AssertionError):
    """The stack did not do what it should; the message holds all that it printed."""


class Stack:
    """One local stack on a port of its own, its state in a folder that survives it.

    Usable as `with Stack(tmp_path / "state") as stack:`, which starts it and stops it.
    """

    def __init__(
        self, state: Path, port: int = 0, environment: Mapping[str, str] | None = None
    ) -> None:
        """Choose a free port where none is given; nothing runs yet."""
        self.state = state
        self.port = port or free_port()
        self.seconds_to_ready = 0.0
        self._environment = {**os.environ, **(environment or {})}
        self._lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The site's address, without a final slash."""
        return f"http://localhost:{self.port}"

    @property
    def process_id(self) -> int:
        """The process that is the parent of all others."""
        assert self._process is not None, "the stack does not run"
        return self._process.pid

    @property
    def printed(self) -> str:
        """All that the stack has printed since its last start."""
        return "".join(self._lines)

    def start(self) -> Self:
        """Start it, and return when it says that it is ready. Raises StackError."""
        began = time.monotonic()
        self._lines = []
        told: queue.Queue[str | None] = queue.Queue()
        command = [sys.executable, "-m", "local", "run"]
        command += ["--port", str(self.port), "--state", str(self.state)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self._process, told), daemon=True).start()
        while True:
            try:
                line = told.get(timeout=max(0.0, began + _PATIENCE_SECONDS - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                self.kill()
                raise StackError(f"the stack did not become ready; it printed:\n{self.printed}")
            if READY in line:
                self.seconds_to_ready = time.monotonic() - began
                return self

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it as Ctrl-C does, and return its exit status."""
        return self._end(signal.SIGINT)

    def restart(self) -> Self:
        """Kill it, and start it again on the same state."""
        self.kill()
        return self.start()

    def outbox(self) -> list[dict[str, Any]]:
        """Return the mails that were sent, the newest first."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{self.url}/_local/outbox?format=json", timeout=30) as answer:
            mails: list[dict[str, Any]] = json.load(answer)
        return mails

    def logs(self) -> str:
        """Return what the emulator and the functions wrote into their logs."""
        names = ("cloud.log", "functions.log")
        paths = [self.state / name for name in names]
        return "\n".join(path.read_text() for path in paths if path.exists())

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        try:
            status = self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._process = None
        return status

    def _listen(self, process: subprocess.Popen[str], told: "queue.Queue[str | None]") -> None:
        """Pass on what is printed, for as long as anything is: an unread pipe would block it."""
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._lines.append(line)
                told.put(line)
        told.put(None)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
