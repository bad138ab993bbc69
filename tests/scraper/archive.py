"""An archive made up on the spot: shaped like the magazine, with the faults of a real one.

A review is known by its number; its text, its address and its faults follow from that alone.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import StrEnum
from functools import lru_cache
from time import time

from tests.scraper.server import Reply, page, redirect

PER_LANDING = 50
DECADES = ("1960s", "1970s", "1980s", "1990s", "2000s", "2010s")
_SLOW_SECONDS = 1.5  # longer than any timeout of these tests

_SMALL = ("the", "of", "and", "to", "in", "a", "is", "that", "it", "as", "was", "for", "with")
_BEGINNINGS = ("paint", "sculpt", "draw", "light", "shade", "line", "colour", "form", "frame")
_ENDINGS = ("er", "ing", "ed", "s", "less", "ful", "ness", "work", "ground", "field", "piece")
_LARGE = [first + last for first in _BEGINNINGS for last in _ENDINGS]


class Fault(StrEnum):
    """What can go wrong with a page. The first group passes, the second is how the page is."""

    BUSY = "429"
    ERROR = "500"
    SLOW = "timeout"
    DROPPED = "dropped connection"
    TRUNCATED = "truncated body"
    CUT = "body cut off without a length"
    LOOP = "redirect loop"
    LOGIN = "login page with status 200"
    REDIRECT = "redirect"
    TEMPLATE = "moved template"
    LATIN = "latin-1 without a charset"


PASSING = frozenset(
    {
        Fault.BUSY,
        Fault.ERROR,
        Fault.SLOW,
        Fault.DROPPED,
        Fault.TRUNCATED,
        Fault.CUT,
        Fault.LOOP,
        Fault.LOGIN,
    }
)


@dataclass
class Archive:
    """Which pages there are, and what each answers."""

    pages: int
    fault_share: float = 0.0
    copies: bool = True
    kinds: tuple[Fault, ...] = tuple(Fault)
    asked: Counter[str] = field(default_factory=Counter)
    robots: str = "User-agent: *\nAllow: /\n"

    def fault_of(self, number: int) -> Fault | None:
        """Return the page's fault; the faults are spread evenly over the archive."""
        if int((number + 1) * self.fault_share) == int(number * self.fault_share):
            return None
        return self.kinds[int(number * self.fault_share) % len(self.kinds)]

    def year_of(self, number: int) -> int:
        """Return the year of a review: 57 of them, in order."""
        return 1962 + number * 57 // max(self.pages, 1)

    def address_of(self, number: int) -> str:
        """Return the path at which the review is in the end."""
        return f"/reviews/{self.year_of(number)}/review-{number}"

    def link_of(self, number: int) -> str:
        """Return the path by which the archive links the review."""
        if self.fault_of(number) is Fault.REDIRECT:
            return f"/old/reviews/{self.year_of(number)}/{number}"
        return self.address_of(number)

    def copied(self, number: int) -> bool:
        """Tell whether the review repeats the one before it, word for word or nearly."""
        pair = {self.fault_of(number), self.fault_of(number - 1)}
        return self.copies and number % 250 in {7, 13} and Fault.REDIRECT not in pair

    def paragraphs_of(self, number: int) -> tuple[str, ...]:
        """Return the review's own words."""
        if self.copied(number):
            first, *others = paragraphs(number - 1)
            return (first + " Once more." if number % 250 == 13 else first, *others)
        return paragraphs(number)

    def reply(self, path: str, headers: str) -> Reply:
        """Answer a request."""
        self.asked[path] += 1
        parts = path.partition("?")[0].strip("/").split("/")
        if path == "/robots.txt":
            return page(self.robots, kind="text/plain")
        if parts[0] == "archive":
            return page(self._landing(path, parts[1]))
        if parts[0] == "old" and parts[-1].isdecimal():
            return redirect(self.address_of(int(parts[-1])))
        if parts[0] == "loop":
            return redirect(self.address_of(int(parts[-1])))
        name, _, digits = parts[-1].partition("-")
        if name != "review" or not digits.isdecimal() or int(digits) >= self.pages:
            return page("<html>no such page</html>", status="404 Not Found")
        return self._review(int(digits), path, headers)

    def _review(self, number: int, path: str, headers: str) -> Reply:
        fault = self.fault_of(number)
        if fault in PASSING and self.asked[path] == 1:
            return self._faulty(fault, number)
        encoding, kind = "utf-8", "text/html; charset=utf-8"
        if fault is Fault.LATIN:
            encoding, kind = "latin-1", "text/html"
        tag = f'"v{number}"'
        if f"if-none-match: {tag}" in headers:
            return Reply(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
        return page(self.html_of(number), encoding=encoding, kind=kind, extra=f"ETag: {tag}\r\n")

    def _faulty(self, fault: Fault, number: int) -> Reply:
        html = self.html_of(number).encode()
        if fault is Fault.BUSY:
            date = formatdate(time() + 1, usegmt=True)
            value = "1" if number % 2 else date
            extra = f"Retry-After: {value}\r\n"
            return page("slow down", status="429 Too Many Requests", extra=extra)
        if fault is Fault.LOOP:
            return redirect(f"/loop/{number}")
        if fault is Fault.ERROR:
            return page("oops", status="500 Internal Server Error")
        if fault is Fault.LOGIN:
            return page(LOGIN_PAGE)
        length = f"Content-Length: {len(html)}" if fault is Fault.TRUNCATED else "Connection: close"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{length}\r\n\r\n".encode()
        is_silent = fault in {Fault.SLOW, Fault.DROPPED}
        content = b"" if is_silent else head + html[: len(html) // 2]
        return Reply(content, wait=_SLOW_SECONDS if fault is Fault.SLOW else 0.0, close=True)

    def _landing(self, path: str, decade: str) -> str:
        at = int(path.partition("page=")[2] or 1)
        first_year = int(decade[:4])
        numbers = [
            number
            for number in range(self.pages)
            if first_year <= self.year_of(number) < first_year + 10
        ]
        shown = numbers[(at - 1) * PER_LANDING : at * PER_LANDING]
        links = "".join(
            f'<li><a class="archive__link" href="{self.link_of(number)}?utm_source=list">'
            f"Review {number}</a></li>"
            for number in shown
        )
        following = (
            f'<a class="pagination__next" href="/archive/{decade}?page={at + 1}">next</a>'
            if numbers[at * PER_LANDING :]
            else ""
        )
        return f"<!doctype html><html><body>{MENU}<ul>{links}</ul>{following}</body></html>"

    def html_of(self, number: int) -> str:
        """Return the review's page, some 17 KB like a magazine's."""
        body = "".join(f"<p>{text}</p>" for text in self.paragraphs_of(number))
        caption = (
            f"<figure><img src='/{number}.jpg'><figcaption>Work {number}, oil</figcaption></figure>"
        )
        notice = "<p>Subscribe to the magazine for more reviews like this one.</p>"
        if self.fault_of(number) is Fault.TEMPLATE:
            head = (
                f"<h1 class='reviews__h1'>Review {number}</h1>"
                "<span class='review-author'>By Ann Author</span>"
            )
            text = f"<div class='review-body'>{caption}{body}{notice}</div>"
        else:
            head = (
                f"<h1 class='reviews__h1'>Review {number}</h1>"
                "<p class='reviews__author'>Ann Author</p>"
            )
            text = (
                f"<section class='review__content'>{caption}{body}<p>\u2014Ann Author</p>{notice}"
                f"<div class='review__newsletter'><p>Our newsletter</p></div></section>"
            )
        date = f"<time class='reviews__date' datetime='{self.year_of(number)}-05-01'>May</time>"
        return (
            f"<!doctype html><html><head><title>Review {number}</title>{SCRIPT}</head><body>{MENU}"
            f"<main>{head}{date}{text}</main>{RELATED}{MENU}</body></html>"
        )


@lru_cache(maxsize=4096)
def paragraphs(number: int) -> tuple[str, ...]:
    """Return 400 to 600 words of no meaning, in English proportions, the same for a number."""
    dice = random.Random(number)
    made = []
    for _ in range(5):
        words = [dice.choice(_SMALL if at % 2 else _LARGE) for at in range(dice.randint(80, 118))]
        words[dice.randrange(len(words))] = "\u00e9clat"
        made.append(" ".join(words).capitalize() + f", no. {number}.")
    return tuple(made)


MENU = (
    "<nav><ul>"
    + "".join(
        f'<li class="nav__item"><a class="nav__link" href="/section/{at}">Section {at}</a></li>'
        for at in range(50)
    )
    + "</ul></nav>"
)
SCRIPT = "<script>" + "window.dataLayer = window.dataLayer || [];" * 40 + "</script>"
RELATED = (
    "<aside>"
    + "".join(
        f'<article class="card"><a href="/reviews/1999/card-{at}"><h3>Another {at}</h3></a>'
        "<p>By Somebody Else</p></article>"
        for at in range(12)
    )
    + "</aside>"
)
LOGIN_PAGE = (
    "<!doctype html><html><body><form class='in' id=\"login\"><input name='user'></form>"
    "</body></html>"
)
