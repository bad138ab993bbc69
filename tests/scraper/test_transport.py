"""One request over loopback: every way in which it can end."""

import gzip
from collections.abc import Callable

import pytest

from scraper.errors import PermanentFault, Refused, TemporaryFault
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


def test_the_body_of_a_redirect_is_bounded() -> None:
    """Like any other, compressed or not: it is never read whole behind our back."""
    head = b"HTTP/1.1 302 Found\r\nLocation: /y\r\n"
    with pytest.raises(PermanentFault, match="longer than 100000 bytes"):
        sent(lambda *_: Reply(head + b"Content-Length: 200000000\r\n\r\n" + b"x" * 200_000))
    endless = gzip.compress(bytes(200_000_000), 1)
    coded = f"Content-Encoding: gzip\r\nContent-Length: {len(endless)}\r\n\r\n".encode()
    with pytest.raises(PermanentFault, match="longer than 100000 bytes"):
        sent(lambda *_: Reply(head + coded + endless))


def test_the_address_that_is_connected_to_is_the_one_that_was_admitted() -> None:
    """Just before the connection, so that no name can lead elsewhere in between."""
    seen = []

    def admit(ip: str, host: str, port: int) -> None:
        seen.append((ip, host, port))
        if ip.startswith("127."):
            raise Refused(f"{ip} is inside")

    with Server(lambda *_: page("inside")) as server:
        transport = RequestsTransport("Test/1.0", Rotation(), admit=admit)
        with pytest.raises(Refused, match=r"127\.0\.0\.1 is inside"):
            transport.send(server.base, {}, LIMITS)
        transport.close()
        assert server.requests == []
        assert seen == [("127.0.0.1", "127.0.0.1", int(server.host.rpartition(":")[2]))]


@pytest.mark.parametrize(
    ("sent_as", "read_as"),
    [
        (b"/caf\xc3\xa9", "/caf\u00e9"),
        (b"/caf\xe9", "/caf%E9"),
        (b"/caf%C3%A9", "/caf%C3%A9"),
        (b"http://[::bad/", "http://[::bad/"),
        (b"", ""),
    ],
)
def test_where_a_redirect_leads(sent_as: bytes, read_as: str) -> None:
    """UTF-8 is read as such, other bytes are kept, and nothing odd ends the crawl."""
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + sent_as + b"\r\n\r\n"
    with Server(lambda *_: Reply(head)) as server:
        transport = RequestsTransport("Test/1.0", Rotation())
        assert transport.send(server.base, {}, LIMITS).location == read_as
        transport.close()


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
