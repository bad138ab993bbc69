"""What an archive's robots.txt allows, as RFC 9309 has it, and what it says about training.

    2xx             the rules count, the first 500 KiB of them
    3xx             followed up to five times, to other hosts too
    4xx, more hops  there are no rules: everything is allowed
    5xx, 429, none  unreachable: nothing is allowed, until it can be reached

Rules are good for 24 hours. A group is ours where its product token is ours, whole and in any case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego

MOST_BYTES = 500 * 1024
MOST_REDIRECTS = 5
GOOD_FOR_SECONDS = 24 * 3600.0

_LINE = re.compile(r"^([A-Za-z-]+)\s*:\s*(.*)")
_AGENT_LINE = re.compile(r"^user(?:-|\s*)agent(?:\s*:|\s|$)\s*(.*)", re.IGNORECASE)
_TOKEN = re.compile(r"\*(?!\S)|[A-Za-z_-]+")
_OF_THE_SITE = frozenset({"sitemap", "sitemaps", "site-map", "host"})
NO_TRAINING = re.compile(
    r"(?:^|[\s,;])(?:ai-train\s*=\s*no?|train-ai\s*=\s*no?)(?=$|[\s,;])", re.IGNORECASE
)
"""What a `Content-Signal` or a `Content-Usage` says against training."""
_ANYBODY = "*"
_US = "us"
_OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host for one product token."""

    text: str
    product: str

    def allows(self, address: str) -> bool:
        """Tell whether the address may be asked for."""
        return _parsed(self.text, self.product).can_fetch(address, _US)

    @property
    def crawl_delay(self) -> float:
        """The seconds that the host wants between two requests; 0 where it says nothing."""
        delay = _parsed(self.text, self.product).crawl_delay(_US)
        return max(0.0, float(delay)) if delay is not None else 0.0

    def forbids_training(self, address: str) -> str:
        """Return the statement that keeps this page from training, empty where there is none.

        Read are `Content-Signal: ai-train=no` (contentsignals.org) and `Content-Usage: train-ai=n`
        (the drafts of the IETF's working group on preferences), either with a path before it.
        """
        path = urlsplit(address).path or "/"
        for prefix, statement in _statements(self.text, self.product):
            if path.startswith(prefix):
                return statement
        return ""


@lru_cache(maxsize=64)
def _parsed(text: str, product: str) -> Protego:
    return Protego.parse("\n".join(_lines(text, product)))


def _lines(text: str, product: str) -> Iterator[str]:
    """Yield the lines without comments, each agent as `us`, `others` or `*`.

    So that both readers agree whom a group means: the parser on its own takes the beginning of a
    name for the name, and no version after it.
    """
    for line in text.removeprefix("\ufeff").splitlines():
        bare = line.partition("#")[0].strip()
        agent = _AGENT_LINE.match(bare)
        yield f"User-agent: {_whom(agent.group(1), product)}" if agent else bare


def _whom(value: str, product: str) -> str:
    token = _TOKEN.match(value)
    if token is None:
        return _OTHERS
    if token.group() == _ANYBODY:
        return _ANYBODY
    return _US if token.group().lower() == product.lower() else _OTHERS


@lru_cache(maxsize=64)
def _statements(text: str, product: str) -> tuple[tuple[str, str], ...]:
    """Return the paths and statements against training that are meant for us.

    Those of the group that names us; those for anybody where no group does; and those before any
    group, which are meant for the whole site.
    """
    by_agent: dict[str, list[tuple[str, str]]] = {}
    agents: list[str] = []
    begun = False
    for line in _lines(text, product):
        parts = _LINE.match(line)
        if parts is None:
            continue
        name, value = parts.group(1).lower(), parts.group(2)
        if name == "user-agent":
            agents = [value] if begun else [*agents, value]
            by_agent.setdefault(value, [])
            begun = False
            continue
        if name in _OF_THE_SITE:
            continue
        begun = True
        if name in {"content-signal", "content-usage"} and NO_TRAINING.search(value):
            prefix = value.split()[0] if value.startswith("/") else "/"
            for agent in agents or [""]:
                by_agent.setdefault(agent, []).append((prefix, line))
    ours = by_agent.get(_US, by_agent.get(_ANYBODY, []))
    return tuple(by_agent.get("", []) + ours)
