"""The one mail about a review: its link first, then what was asked for, then what can be decided.

The prompt is a stranger's, and the mail may go to somebody who never saw the site. So its words are
quoted, line by line, and said to be a visitor's; and none of them can become a link.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from artreview.review import Review
from artreview.typography import typeset
from functions.generate.links import Links

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT = "Your results are ready"
PREVIEW_CHARACTERS = 50
_TEMPLATES = Path(__file__).parent / "templates"
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
_LEAVE_HEADER = "List-Unsubscribe"
_ZERO_WIDTH_SPACE = "\u200b"


class _Policy(EmailPolicy):
    """Mail as SMTP takes it, with the link to leave in one piece.

    A line of a header is folded at 78 characters, and Python makes encoded words of what it cannot
    fold; no mail program would find a link in those. A line may have 998 (RFC 5322, section 2.1.1).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the header's lines."""
        if name == _LEAVE_HEADER:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same on every mail."""

    site_name: str
    site_url: str
    sender: str


def results_message(review: Review, letterhead: Letterhead, links: Links) -> EmailMessage:
    """Return the mail that brings the link to a finished review, as text and as HTML."""
    words_given = typeset(review.prompt)
    prompt = without_links(words_given)
    words = {
        "site_name": letterhead.site_name,
        "site_url": letterhead.site_url,
        "links": links,
        "prompt": prompt,
        "quoted_prompt": _quoted(prompt),
        "preview": without_links(preview(words_given)),
        "eccentricity": review.eccentricity,
        "date": _date(review.created_at),
        "asked_on": _date(links.asked_at),
    }
    message = EmailMessage(policy=_Policy(linesep="\r\n"))
    message["From"] = Address(letterhead.site_name, addr_spec=letterhead.sender)
    message["To"] = review.address
    message["Subject"] = SUBJECT
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    if links.leave:
        message[_LEAVE_HEADER] = f"<{links.leave}>"  # RFC 2369
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(_templates().get_template("results.txt").render(words))
    message.add_alternative(_templates().get_template("results.html").render(words), subtype="html")
    return message


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


def _quoted(text: str) -> str:
    """Return the text in lines that begin with `> `, as mail quotes what somebody else said."""
    lines = wrap(text, _QUOTE_WIDTH, break_on_hyphens=False)
    return "\n".join(f"> {line}" for line in lines)


def _date(moment: float) -> str:
    day = datetime.fromtimestamp(moment, UTC)
    return f"{day.day} {day:%B %Y}"


@cache
def _templates() -> "Environment":
    # Most reviews bring no mail, and their cold start need not wait for Jinja.
    from jinja2 import (  # noqa: PLC0415
        Environment,
        FileSystemLoader,
        StrictUndefined,
        select_autoescape,
    )

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
