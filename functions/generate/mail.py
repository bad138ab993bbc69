"""The one mail about a review: its link first, then what was asked for."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from artreview.review import Review

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT = "Your results are ready"
PREVIEW_CHARACTERS = 50
_TEMPLATES = Path(__file__).parent / "templates"
_LINK_JOINT = re.compile(r"(?<=\S)([.:/@])(?=\S)")
_ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same on every mail."""

    site_name: str
    site_url: str
    sender: str


def results_message(review: Review, letterhead: Letterhead) -> EmailMessage:
    """Return the mail that brings the link to a finished review, as text and as HTML."""
    words = {
        "site_name": letterhead.site_name,
        "site_url": letterhead.site_url,
        "link": f"{letterhead.site_url}/r/{review.id}",
        "prompt": without_links(review.prompt),
        "preview": without_links(preview(review.prompt)),
        "eccentricity": review.eccentricity,
        "date": _date(review.created_at),
    }
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(letterhead.site_name, addr_spec=letterhead.sender)
    message["To"] = review.address
    message["Subject"] = SUBJECT
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
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

    A stranger's words must not carry a link into somebody's mail: behind each joint of an address
    (`.`, `:`, `/`, `@`) comes a zero-width space.
    """
    return _LINK_JOINT.sub(rf"\1{_ZERO_WIDTH_SPACE}", text)


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
