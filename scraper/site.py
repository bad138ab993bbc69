"""What is particular to one archive, as typed values. `site_file` reads them from TOML.

Times are in seconds, sizes in bytes, shares between 0 and 1.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Selector:
    """A CSS selector, and the attribute to read (None: the element's text)."""

    css: str
    attribute: str | None = None

    def __str__(self) -> str:
        return self.css if self.attribute is None else f"{self.css} @{self.attribute}"


@dataclass(frozen=True, slots=True)
class Landing:
    """Landing pages that follow one pattern: each address, with the label of its section."""

    address: str
    section: str


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Where a landing page keeps its links to articles and to the next landing page."""

    article: tuple[Selector, ...]
    following: tuple[Selector, ...] = ()
    match: re.Pattern[str] | None = None
    drop_parameters: tuple[str, ...] = ()
    most_landing_pages: int = 10_000
    alarm_share: float = 0.03


@dataclass(frozen=True, slots=True)
class PageRules:
    """Where an article's page keeps its parts. Alternatives are tried in order."""

    text: tuple[Selector, ...]
    title: tuple[Selector, ...] = ()
    date: tuple[Selector, ...] = ()
    author: tuple[Selector, ...] = ()
    drop: tuple[str, ...] = ()
    ends_with: str = ""
    most_bytes: int = 5_000_000
    alarm_share: float = 0.03


class YearSource(StrEnum):
    """Where an article's year is read from."""

    ADDRESS = "address"
    DATE = "date"
    SECTION = "section"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class YearRules:
    """How to find the year: the pattern's first group, if it lies between the bounds."""

    source: YearSource = YearSource.NONE
    pattern: re.Pattern[str] = re.compile(r"(?<!\d)(\d{4})(?!\d)")
    first: int = 1400
    last: int = 2100


@dataclass(frozen=True, slots=True)
class Politeness:
    """How gently to ask, and when to stop asking."""

    contact: str = ""
    shortest_pause: float = 0.7
    longest_pause: float = 1.6
    slowest_pause: float = 60.0
    timeout: float = 30.0
    longest_page: float = 120.0
    tries: int = 5
    retry_pause: float = 30.0
    failures_in_a_row: int = 10
    longest_wait: float = 3600.0
    permission: str = ""


class LoginKind(StrEnum):
    """How the archive knows its subscriber."""

    NONE = "none"
    COOKIES = "cookies"
    HEADERS = "headers"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in. Secrets are named by their environment variables and never kept."""

    kind: LoginKind = LoginKind.NONE
    signs: tuple[re.Pattern[str], ...] = ()
    file: str = ""
    needs: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    page: str = ""
    form: str = "form"
    user_field: str = ""
    password_field: str = ""
    user_variable: str = ""
    password_variable: str = ""
    signed_in: str = ""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Sets of headers and proxies to take turns with; both empty unless the operator names them."""

    headers: tuple[dict[str, str], ...] = ()
    proxies: tuple[str, ...] = ()


class Punctuation(StrEnum):
    """What becomes of typographic quotes, dashes and ellipses."""

    KEEP = "keep"
    STRIP = "strip"


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What counts as a review, and what is taken out of one."""

    fewest_words: int = 100
    most_words: int = 3000
    language: str = "en"
    punctuation: Punctuation = Punctuation.KEEP
    drop_lines: tuple[re.Pattern[str], ...] = ()
    recurring_share: float = 0.005
    similarity: float = 0.7


@dataclass(frozen=True, slots=True)
class Splitting:
    """Which share is held out. Another seed gives another split."""

    held_out: float = 0.05
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One archive, and everything that is particular to it."""

    name: str
    base: str
    hosts: frozenset[str]
    landings: tuple[Landing, ...]
    links: LinkRules
    page: PageRules
    private_hosts: frozenset[str] = frozenset()
    year: YearRules = field(default_factory=YearRules)
    politeness: Politeness = field(default_factory=Politeness)
    login: Login = field(default_factory=Login)
    rotation: Rotation = field(default_factory=Rotation)
    clean: Cleaning = field(default_factory=Cleaning)
    split: Splitting = field(default_factory=Splitting)
