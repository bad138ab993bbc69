"""The one mail about a review: its link first, then what was asked for, then what can be decided.

The prompt is a stranger's, and the mail may go to somebody who never saw the site. So its words are
quoted, line by line, and said to be a visitor's; and none of them can become a link.
"""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from artreview.letters import Letterhead, head, preview, quoted, without_links
from artreview.review import Review
from artreview.typography import typeset
from functions.generate.links import Links

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT = "Your results are ready"
_TEMPLATES = Path(__file__).parent / "templates"

_LEAVE_HEADER = "List-Unsubscribe"


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


def results_message(review: Review, letterhead: Letterhead, links: Links) -> EmailMessage:
    """Return the mail that brings the link to a finished review, as text and as HTML."""
    words_given = typeset(review.prompt)
    prompt = without_links(words_given)
    words = {
        "site_name": letterhead.site_name,
        "site_url": letterhead.site_url,
        "links": links,
        "prompt": prompt,
        "quoted_prompt": quoted(prompt),
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
    page = _templates().get_template("results.html").render(words, head=head(SUBJECT))
    message.add_alternative(page, subtype="html")
    return message


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
