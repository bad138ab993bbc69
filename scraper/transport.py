"""One request, one answer: requests, with a limit on size and on time. Redirects are not followed.

Environment settings for proxies and passwords are not read: what is used is what the site's file
names.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Protocol

import requests
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HTTPError, ReadTimeoutError

from scraper.deadline import Admission, Deadline, DeadlineAdapter, anywhere
from scraper.errors import PermanentFault, TemporaryFault
from scraper.site import Rotation

_CHUNK = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: names of headers in lower case, the body without its compression."""

    address: str
    status: int
    headers: dict[str, str]
    content: bytes
    seconds: float

    def header(self, name: str) -> str:
        """Return a header's value, empty where there is none."""
        return self.headers.get(name.lower(), "")

    @property
    def location(self) -> str:
        """Where a redirect leads, empty for another answer.

        The bytes of a header arrive as Latin-1, whatever they are: UTF-8 is read as such, and of
        anything else the bytes are kept, escaped.
        """
        if self.status not in _REDIRECTS:
            return ""
        raw = self.header("location").encode("latin-1", "replace")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body; seconds until an answer begins or goes on; seconds for the whole."""

    most_bytes: int
    timeout: float
    longest: float
    cut: bool = False
    """Keep the first bytes of a body that is too long, instead of refusing it."""


@dataclass(frozen=True, slots=True)
class Form:
    """Fields to post instead of a plain GET."""

    fields: dict[str, str] = field(repr=False)


class Transport(Protocol):
    """Sends a request. Raises TemporaryFault and PermanentFault."""

    def send(
        self, address: str, headers: Mapping[str, str], limits: Limits, form: Form | None = None
    ) -> Answer:
        """Return the server's answer, whatever its status."""
        ...


class _Session(requests.Session):
    """A session that never looks where a redirect leads.

    The library would read a redirect's body whole and take its address apart even where redirects
    are not followed, and an odd one would end the crawl.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that no answer leads elsewhere; `Answer.location` says where it does."""


class RequestsTransport:
    """The real one: a session with its cookies, and turns of headers and proxies where named."""

    def __init__(
        self,
        user_agent: str,
        rotation: Rotation,
        headers: Mapping[str, str] | None = None,
        cookies: RequestsCookieJar | None = None,
        admit: Admission = anywhere,
    ) -> None:
        self._deadline = Deadline()
        self._session = _Session()
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, DeadlineAdapter(self._deadline, admit))
        self._session.headers.update(
            {
                "User-Agent": user_agent,
                "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
                "Accept-Encoding": "gzip, deflate",
                **(headers or {}),
            }
        )
        if cookies is not None:
            self._session.cookies = cookies
        self._headers = cycle(rotation.headers or ({},))
        self._proxies = cycle(rotation.proxies or ("",))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(
        self, address: str, headers: Mapping[str, str], limits: Limits, form: Form | None = None
    ) -> Answer:
        """Send one request and read its answer to the end, within the limits."""
        started = time.monotonic()
        self._deadline.begin(limits.longest)
        proxy = next(self._proxies)
        try:
            with self._session.request(
                "GET" if form is None else "POST",
                address,
                headers={**next(self._headers), **headers},
                data=None if form is None else form.fields,
                timeout=limits.timeout,
                proxies={"http": proxy, "https": proxy} if proxy else None,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _read(response, limits)
                found = {name.lower(): value for name, value in response.headers.items()}
                seconds = time.monotonic() - started
                return Answer(address, response.status_code, found, content, seconds)
        except requests.exceptions.Timeout as error:
            raise TemporaryFault(self._too_late(address, limits)) from error
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
            raise PermanentFault(f"{address} cannot be asked for: {error}") from error
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            if self._deadline.passed or isinstance(error, TimeoutError | ReadTimeoutError):
                raise TemporaryFault(self._too_late(address, limits)) from error
            raise TemporaryFault(f"{address}: {_reason(error)}") from error

    def _too_late(self, address: str, limits: Limits) -> str:
        if self._deadline.passed:
            return f"{address} was not whole after {limits.longest:g} s"
        return f"{address}: no answer within {limits.timeout:g} s"


def _read(response: requests.Response, limits: Limits) -> bytes:
    content = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        content += chunk
        if len(content) > limits.most_bytes:
            if limits.cut:
                return bytes(content[: limits.most_bytes])
            raise PermanentFault(
                f"{response.url} is longer than {limits.most_bytes} bytes: raise [page] most_bytes "
                "if it is a review after all"
            )
    return bytes(content)


def _reason(error: BaseException) -> str:
    """Return the innermost cause, which is the one that tells something."""
    while error.args and isinstance(error.args[-1], BaseException):
        error = error.args[-1]
    return f"{type(error).__name__}: {error}"[:300]
