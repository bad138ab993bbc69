"""The deadline of a request: it holds for the connection, the header and the body alike."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scraper.deadline import Deadline
from scraper.errors import TemporaryFault
from scraper.site import Rotation
from scraper.transport import Limits, RequestsTransport
from tests.scraper.server import Reply, Server, page

LIMITS = Limits(most_bytes=100_000, timeout=5.0, longest=0.2)
"""No wait between two bytes comes near `timeout`: only `longest` can end these requests."""
LONG = b"a" * 3000
DRIP = 0.01
OK = b"HTTP/1.1 200 OK\r\n"


def send(address: str, limits: Limits = LIMITS, proxy: str = "") -> bytes:
    """Return the body that arrives."""
    transport = RequestsTransport("Test/1.0", Rotation(proxies=(proxy,) if proxy else ()))
    try:
        return transport.send(address, {}, limits).content
    finally:
        transport.close()


@contextmanager
def dripping() -> Iterator[int]:
    """Accept a connection and send it a byte now and then, whatever it says; yield the port.

    Whoever waits for the last byte is an error.
    """
    over = threading.Event()
    ended: list[bool] = []

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            for byte in b"\x16\x03\x03\x40\x00" + LONG:  # a record of TLS, much too long
                connection.send(bytes([byte]))
                if over.wait(DRIP):
                    return
            ended.append(True)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()
    assert ended == []


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 " + LONG,
        OK + b"X-Long: " + LONG,
        OK + b"Content-Length: 3000\r\n\r\n" + LONG,
        OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + LONG,
        OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-Long: " + LONG,
    ],
    ids=["status", "header", "body", "size of a chunk", "trailer"],
)
def test_a_server_that_drips_does_not_outlast_the_limit(content: bytes) -> None:
    """Wherever it does: each byte comes in good time, all of them would not."""
    with Server(lambda *_: Reply(content, drip=DRIP)) as server:
        with pytest.raises(TemporaryFault, match=r"was not whole after 0\.2 s"):
            send(server.base)
        assert server.dripped == [], "the answer was left before its end"


def test_a_handshake_that_drips_does_not_outlast_the_limit() -> None:
    """TLS is part of the exchange."""
    with dripping() as port, pytest.raises(TemporaryFault, match=r"was not whole after 0\.2 s"):
        send(f"https://127.0.0.1:{port}/")


def test_a_proxy_that_drips_does_not_outlast_the_limit() -> None:
    """Neither before the tunnel is there nor with a page of its own."""
    with Server(lambda *_: Reply(OK + b"X-Long: " + LONG, drip=DRIP)) as proxy:
        for address in ("http://archive.example/", "https://archive.example/"):
            with pytest.raises(TemporaryFault, match=r"was not whole after 0\.2 s"):
                send(address, proxy=proxy.base)
        assert proxy.dripped == []


def test_each_request_has_its_own_time() -> None:
    """One that came too late takes nothing from the next."""
    replies = iter([Reply(OK + b"X-Long: " + LONG, drip=DRIP), page("in time"), page("again")])
    patient = Limits(most_bytes=1000, timeout=5.0, longest=60.0)
    with Server(lambda *_: next(replies)) as server:
        transport = RequestsTransport("Test/1.0", Rotation())
        with pytest.raises(TemporaryFault):
            transport.send(server.base, {}, LIMITS)
        bodies = [transport.send(server.base, {}, patient).content for _ in range(2)]
        transport.close()
    assert bodies == [b"in time", b"again"]


def test_no_thread_stays_behind() -> None:
    """Nothing watches from outside."""
    before = set(threading.enumerate())
    with dripping() as port:
        with pytest.raises(TemporaryFault):
            send(f"http://127.0.0.1:{port}/")
        assert len(set(threading.enumerate()) - before) == 1, "the server's own"


def test_every_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first refuses, the next is asked."""
    with Server(lambda *_: page("")) as closed:
        port_of_nobody = int(closed.host.rpartition(":")[2])
    with Server(lambda *_: page("here")) as server:
        port = int(server.host.rpartition(":")[2])
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", number))
            for number in (port_of_nobody, port)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert send("http://archive.example/") == b"here"
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
        with pytest.raises(TemporaryFault, match="has no address"):
            send("http://archive.example/")


def test_what_is_left_never_grows() -> None:
    """A wait is at most what is left; when nothing is left, there is no wait."""
    now = [100.0]
    deadline = Deadline(lambda: now[0])
    assert deadline.left(30.0) == 30.0
    deadline.begin(10.0)
    assert (deadline.left(30.0), deadline.left(3.0), deadline.left(None)) == (10.0, 3.0, 10.0)
    now[0] += 10.0
    assert deadline.passed
    with pytest.raises(TimeoutError, match="is over"):
        deadline.left(30.0)
