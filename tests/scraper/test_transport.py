"""One request over loopback: every way in which it can end."""

import gzip
from collections.abc import Callable

import pytest

from scraper.errors import PermanentFault, TemporaryFault
from scraper.site import Rotation
from scraper.transport import Limits, RequestsTransport
from tests.scraper.server import Reply, Server, page

LIMITS = Limits(most_bytes=100_000, timeout=0.3, longest=2.0)


def sent(reply: Callable[[str, str], Reply], rotation: Rotation | None = None) -> bytes:
    """Return the body that arrives."""
    with Server(reply) as server:
        transport = RequestsTransport("Test/1.0 (+a@b.example)", rotation or Rotation())
        try:
            return transport.send(f"{server.base}/x", {}, LIMITS).content
        finally:
            transport.close()


def test_what_is_sent_says_who_asks() -> None:
    """One honest User-Agent with a contact; no cookies, no referrer."""
    seen = []

    def reply(_: str, headers: str) -> Reply:
        seen.append(headers)
        return page("fine")

    assert sent(reply) == b"fine"
    assert "user-agent: Test/1.0 (+a@b.example)" in seen[0]
    assert "cookie" not in seen[0]


def test_headers_take_turns_only_when_named() -> None:
    """Rotation replaces headers in turn."""
    seen = []

    def reply(_: str, headers: str) -> Reply:
        seen.append("accept-language: fr" in headers)
        return page("fine")

    rotation = Rotation(headers=({"Accept-Language": "fr"}, {"Accept-Language": "de"}))
    with Server(reply) as server:
        transport = RequestsTransport("Test/1.0", rotation)
        for _ in range(3):
            transport.send(server.base, {}, LIMITS)
        transport.close()
    assert seen == [True, False, True]


def test_proxies_take_turns_only_when_named() -> None:
    """A named proxy is asked for the whole address."""
    seen = []

    def reply(path: str, _: str) -> Reply:
        seen.append(path)
        return page("by proxy")

    with Server(reply) as proxy:
        transport = RequestsTransport("Test/1.0", Rotation(proxies=(proxy.base,)))
        transport.send("http://archive.example/x", {}, LIMITS)
        transport.close()
    assert seen == ["http://archive.example/x"]


def test_compression_is_undone() -> None:
    """The kept body is what was meant."""
    body = gzip.compress(b"art " * 1000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    assert sent(lambda *_: Reply(head.encode() + body)) == b"art " * 1000


def test_a_page_of_200_mb_is_refused_early() -> None:
    """Whether it says so, or hides in 200 KB of compressed zeros."""
    with pytest.raises(PermanentFault, match="longer than 100000 bytes"):
        sent(
            lambda *_: Reply(
                b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n" + b"x" * 200_000
            )
        )
    bomb = gzip.compress(bytes(200_000_000), 1)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    with pytest.raises(PermanentFault, match="longer than 100000 bytes"):
        sent(lambda *_: Reply(head.encode() + bomb))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", close=True),
        Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", close=True),
        Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nshort", close=True),
        Reply(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
        Reply(b"nonsense\r\n\r\n", close=True),
        Reply(b"", wait=1.0),
    ],
    ids=["dropped", "truncated", "truncated chunks", "not gzip", "not HTTP", "silent"],
)
def test_a_broken_answer_is_worth_another_try(reply: Reply) -> None:
    """None of them is taken for a page."""
    with pytest.raises(TemporaryFault):
        sent(lambda *_: reply)


def test_a_machine_that_refuses_is_worth_another_try() -> None:
    """Nobody listens at the port."""
    with Server(lambda *_: page("")) as server:
        address = server.base
    transport = RequestsTransport("Test/1.0", Rotation())
    with pytest.raises(TemporaryFault, match="refused"):
        transport.send(address, {}, LIMITS)
    transport.close()
