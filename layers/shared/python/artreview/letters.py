"""What the site's mails have in common: their head, and how a stranger's words stand in them.

The prompt is a stranger's, and a mail may go to somebody who never saw the site. So its words are
quoted, and none of them can become a link.
"""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from textwrap import wrap

PREVIEW_CHARACTERS = 50
_HEAD = Path(__file__).with_name("letterhead.html")
_QUOTE_WIDTH = 72

_DOT = (
    r"[.\N{ONE DOT LEADER}\N{FULLWIDTH FULL STOP}"
    r"\N{IDEOGRAPHIC FULL STOP}\N{HALFWIDTH IDEOGRAPHIC FULL STOP}]"
)
_COLON = r"[:\N{FULLWIDTH COLON}]"
_SLASH = r"[/\N{FULLWIDTH SOLIDUS}]"
_AT = r"[@\N{FULLWIDTH COMMERCIAL AT}]"
_JOINT = re.compile(rf"({_DOT}|{_COLON}|{_SLASH}|{_AT})(?=\S)")
"""What holds an address together, with what browsers read as the same."""

_LIKE_AN_ADDRESS = re.compile(
    rf"{_COLON}{_SLASH}|{_SLASH}{{2}}|{_AT}|\bwww\b|\b(?:mailto|tel|sms|javascript|data){_COLON}"
    rf"|\w{_DOT}[^\W\d_]{{2}}|\d(?:{_DOT}\d+){{3}}",
    re.IGNORECASE,
)
"""What a mail program might make a link of: a scheme, `//`, `@`, a dot with letters behind it, an
IPv4 address."""
_ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same on every mail."""

    site_name: str
    site_url: str
    sender: str


def head(title: str) -> str:
    """Return what the HTML of every mail begins with: its title and its styles, as far as body."""
    return _head().substitute(title=escape(title)).rstrip("\n")


def preview(prompt: str) -> str:
    """Return at most `PREVIEW_CHARACTERS` of the prompt, cut between words where it can be."""
    if len(prompt) <= PREVIEW_CHARACTERS:
        return prompt
    head = prompt[: PREVIEW_CHARACTERS - 1]
    words = head.rsplit(" ", 1)[0] if " " in head else head
    return f"{words}…"


def without_links(text: str) -> str:
    """Return the text such that no mail program makes a link of any part of it.

    A stranger's words must not carry a link into somebody's mail. A word that looks like an address
    is taken apart where everybody sees it: `https: / / evil. example`. In any other word a joint
    (`.`, `:`, `/`, `@`, and what browsers take for them) is followed by a zero-width space, for
    mail programs that see an address where we do not.
    """
    return " ".join(
        _JOINT.sub(r"\1 " if _LIKE_AN_ADDRESS.search(word) else rf"\1{_ZERO_WIDTH_SPACE}", word)
        for word in text.split(" ")
    )


def quoted(text: str) -> str:
    """Return the text in lines that begin with `> `, as mail quotes what somebody else said."""
    lines = wrap(text, _QUOTE_WIDTH, break_on_hyphens=False)
    return "\n".join(f"> {line}" for line in lines)


@cache
def _head() -> Template:
    return Template(_HEAD.read_text("utf-8"))
