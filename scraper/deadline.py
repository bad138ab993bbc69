"""A request's deadline, kept at every wait: for the connection, for each byte sent and received.

A timeout on a socket begins anew with every byte, so a server that sends its header a byte at a
time would hold a crawl for ever. Here each read waits for what is left until the deadline, and no
longer. No thread watches: there is none to leave behind.

What cannot be bounded is the look-up of a name, which waits as long as the machine's resolver does.
"""

import io
import socket
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Deadline:
    """The moment at which the request under way has to be over; begun anew for each request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends_at = float("inf")

    def begin(self, seconds: float) -> None:
        """Let it end so many seconds from now."""
        self._ends_at = self._clock() + seconds

    @property
    def passed(self) -> bool:
        """Tell whether the time is over."""
        return self._clock() >= self._ends_at

    def left(self, most: float | None) -> float:
        """Return the seconds to wait at most. Raises TimeoutError where the time is over."""
        left = self._ends_at - self._clock()
        if left <= 0:
            raise TimeoutError("the time for the request is over")
        return left if most is None else min(left, most)


Admission = Callable[[str, str, int], None]
"""Called with the IP address, the host and the port that are about to be connected to.

It raises a PageError where that is not allowed. So what was looked up is what is asked: a name that
leads elsewhere by now is caught.
"""


def anywhere(ip: str, host: str, port: int) -> None:
    """Let every address be connected to."""


class DeadlineAdapter(HTTPAdapter):
    """The adapter for a session whose requests keep to a deadline, also by way of a proxy."""

    def __init__(self, deadline: Deadline, admit: Admission) -> None:
        self._deadline = deadline
        self._admit = admit
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        """Make the connections of the pools ours."""
        super().init_poolmanager(*arguments, **options)
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:  # noqa: ANN401 - passed on
        """Make the connections of a proxy's pools ours."""
        manager: PoolManager = super().proxy_manager_for(proxy, **options)
        self._watch(manager)
        return manager

    def _watch(self, manager: PoolManager) -> None:
        # a pool hands the options that it does not know on to its connections
        plain = partial(_PlainPool, deadline=self._deadline, admit=self._admit)
        secure = partial(_TlsPool, deadline=self._deadline, admit=self._admit)
        manager.pool_classes_by_scheme = {"http": plain, "https": secure}  # type: ignore[dict-item]


class _Reading(io.RawIOBase):
    """The bytes that arrive at a socket, each wait bounded by the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._sock = sock
        self._patience = sock.gettimeout()
        self._inner = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - typed as a private protocol
        """Wait for the next bytes. Raises TimeoutError."""
        self._sock.settimeout(self._deadline.left(self._patience))
        return self._inner.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._inner.close()
        super().close()


class _Response(HTTPResponse):
    """An answer whose status, header and body are read by the deadline."""

    def __init__(self, deadline: Deadline, sock: socket.socket, **options: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(sock, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Reading(sock, deadline))


class _Connection(HTTPConnection):
    """A connection that is made, written to and read by the deadline."""

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401 - passed on
        deadline: Deadline,
        admit: Admission,
        **options: Any,  # noqa: ANN401 - passed on
    ) -> None:
        super().__init__(*arguments, **options)
        self._deadline = deadline
        self._admit = admit
        self.response_class = partial(_Response, deadline)  # type: ignore[assignment]

    def _new_conn(self) -> socket.socket:
        """Try the host's addresses one by one, together no longer than the deadline."""
        host = self.host.strip("[]")
        failure = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, self.port, type=socket.SOCK_STREAM
        ):
            self._admit(str(address[0]), host, self.port)
            made = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    made.setsockopt(*option)
                made.settimeout(self._deadline.left(self.timeout))
                made.connect(address)
                made.settimeout(self._deadline.left(self.timeout))  # for the handshake of TLS
            except OSError as error:
                made.close()
                failure = error
            else:
                return made
        raise failure

    def send(self, data: Any) -> None:  # noqa: ANN401 - as the library has it
        """Send bytes; a connection that is used again still has its last wait set."""
        if self.sock is not None:
            self.sock.settimeout(self._deadline.left(self.timeout))
        super().send(data)


class _TlsConnection(_Connection, HTTPSConnection):
    """The same, through TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
