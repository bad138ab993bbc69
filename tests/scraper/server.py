"""A server on loopback that answers with raw bytes, so that it can break every rule."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Self


@dataclass(frozen=True, slots=True)
class Reply:
    """Raw bytes, and what to do before and after them; `drip` is the seconds after each byte."""

    content: bytes
    wait: float = 0.0
    drip: float = 0.0
    close: bool = False


def page(
    text: str,
    *,
    status: str = "200 OK",
    encoding: str = "utf-8",
    kind: str = "text/html; charset=utf-8",
    extra: str = "",
) -> Reply:
    """Return a whole answer."""
    body = text.encode(encoding, "xmlcharrefreplace")
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    )
    return Reply(head.encode() + body)


def redirect(to: str) -> Reply:
    """Return a redirect."""
    return page("", status="301 Moved Permanently", extra=f"Location: {to}\r\n")


class Server:
    """Serves an archive, or anything with a `reply`, on loopback. Use it with `with`."""

    def __init__(self, reply: Callable[[str, str], Reply]) -> None:
        self._reply = reply
        self._closing = threading.Event()
        self._lock = threading.Condition()
        self.requests: list[tuple[str, str]] = []
        self.dripped: list[Reply] = []
        """The replies that were sent to their end, byte by byte."""
        self._tcp = _Tcp(("127.0.0.1", 0), _Handler)
        self._tcp.owner = self
        self._thread = threading.Thread(target=self._tcp.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._tcp.shutdown()
        self._tcp.server_close()
        self._thread.join()

    @property
    def host(self) -> str:
        """The host with its port."""
        return f"127.0.0.1:{self._tcp.server_address[1]}"

    @property
    def base(self) -> str:
        """The address of its front page, without the slash."""
        return f"http://{self.host}"

    def answer(self, path: str, headers: str) -> Reply:
        """Answer one request, and tell who waits for it."""
        with self._lock:
            self.requests.append((path, headers))
            self._lock.notify_all()
            return self._reply(path, headers)

    def wait_for_requests(self, number: int, seconds: float) -> bool:
        """Wait until so many requests were made in all."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self.requests) >= number, seconds)

    def rest(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        self._closing.wait(seconds)


class _Tcp(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    owner: Server

    def handle_error(self, *_: object) -> None:
        """Pass over clients that were killed."""


class _Handler(StreamRequestHandler):
    disable_nagle_algorithm = True
    server: _Tcp

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split(b" ")[1].decode("ascii")
            headers = ""
            while (header := self.rfile.readline()) not in {b"\r\n", b""}:
                headers += header.decode("latin-1").replace(": ", ": ", 1)
            headers = _lowered(headers)
            body = re.search(r"^content-length:\s*(\d+)", headers, re.MULTILINE)
            self.rfile.read(int(body[1]) if body else 0)  # or it would be taken for a request
            reply = self.server.owner.answer(path, headers)
            if reply.wait:
                self.server.owner.rest(reply.wait)
            if reply.drip:
                self._drip(reply)
            else:
                self.wfile.write(reply.content)
            if reply.close:
                return

    def _drip(self, reply: Reply) -> None:
        for byte in reply.content:
            self.wfile.write(bytes([byte]))
            self.server.owner.rest(reply.drip)
        self.server.owner.dripped.append(reply)


def _lowered(headers: str) -> str:
    """Return headers with their names in lower case."""
    return "\n".join(
        f"{name.lower()}:{value}"
        for name, _, value in (line.partition(":") for line in headers.splitlines())
    )
