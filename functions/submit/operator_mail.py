"""The mails that tell the operator what visitors have hidden.

Each review stands there with its title, its address and the link to the page where it is judged.
The title is a visitor's, so it is quoted and carries no link. The review's own text stays on that
page: a mail that holds what somebody found objectionable might not arrive.

The texts need no conditions and no loops but one, so `string.Template` is enough, and the function
that takes forms carries no template engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from artreview.letters import Letterhead, head, preview, quoted, without_links
from artreview.links import judge_path
from artreview.review import Review
from artreview.typography import typeset

_TEMPLATES = Path(__file__).parent / "templates"
_TITLES = {"hidden": "Hidden after a report", "summary": "Hidden after reports"}
"""What the mail of each template is about; its subject goes on after a colon."""


@dataclass(frozen=True, slots=True)
class OperatorMail:
    """Makes the mails."""

    letterhead: Letterhead
    operator: str
    """The operator's mail address."""
    keys: Sequence[bytes]

    def about(self, review: Review) -> EmailMessage:
        """Return the mail about one hidden review."""
        about = without_links(preview(_title(review)))
        return self._message("hidden", about, self._words(review))

    def summary(self, reviews: Sequence[Review]) -> EmailMessage:
        """Return the mail about several, once there were too many for a mail each."""
        texts = [_filled("item.txt", self._words(review)) for review in reviews]
        pages = [_filled("item.html", _escaped(self._words(review))) for review in reviews]
        number = f"{len(reviews)} review{'' if len(reviews) == 1 else 's'}"
        words = self._letterhead() | {"number": number}
        return self._message(
            "summary",
            number,
            words,
            {"items": "\n".join(texts).rstrip("\n")},
            {"items": "".join(pages).rstrip("\n")},
        )

    def _words(self, review: Review) -> dict[str, str]:
        title = without_links(_title(review))
        url = self.letterhead.site_url
        return self._letterhead() | {
            "title": title,
            "quoted_title": quoted(title),
            "preview": without_links(preview(_title(review))),
            "moment": _moment(review.settled_at),
            "page": f"{url}/r/{review.id}",
            "judge": url + judge_path(review.id, review.settled_at, self.keys),
        }

    def _letterhead(self) -> dict[str, str]:
        return {"site_name": self.letterhead.site_name, "site_url": self.letterhead.site_url}

    def _message(
        self,
        template: str,
        about: str,
        words: Mapping[str, str],
        in_text: Mapping[str, str] | None = None,
        in_html: Mapping[str, str] | None = None,
    ) -> EmailMessage:
        """Return a message; what is only in one of its parts is put there as it is."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.letterhead.site_name, addr_spec=self.letterhead.sender)
        message["To"] = self.operator
        message["Subject"] = f"{_TITLES[template]}: {about}"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
        message.set_content(_filled(f"{template}.txt", {**words, **(in_text or {})}))
        ready = {"head": head(_TITLES[template]), **(in_html or {})}
        html = _filled(f"{template}.html", {**_escaped(words), **ready})
        message.add_alternative(html, subtype="html")
        return message


def _title(review: Review) -> str:
    """Return the prompt as print sets it, on one line; what cannot be seen or sent is left out."""
    words = " ".join(review.prompt.split())
    return typeset("".join(sign for sign in words if sign.isprintable()))


def _moment(seconds: float) -> str:
    """Return a time as it is read: 15 January 2027, 08:00 UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _escaped(words: Mapping[str, str]) -> dict[str, str]:
    return {name: escape(value) for name, value in words.items()}


def _filled(name: str, words: Mapping[str, str]) -> str:
    return _template(name).substitute(words)


@cache
def _template(name: str) -> Template:
    return Template((_TEMPLATES / name).read_text("utf-8"))
