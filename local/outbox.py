"""The outbox: every mail that was sent, a file each, and the pages that show them."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from local import state

_NAME = re.compile(r"(\d{6,})-(\d{8}T\d{6}\.\d{6})Z\.eml")
_TIME = "%Y%m%dT%H%M%S.%f"

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff }}
a {{ color: #0b4f8a }}
li {{ margin: 0 0 1rem }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f2; padding: 1rem }}
iframe {{ width: 100%; height: 40rem; border: 1px solid #bbb }}
dt {{ font-weight: 600 }} dd {{ margin: 0 0 .4rem; overflow-wrap: anywhere }}
small {{ color: #595959 }}
</style>
<h1>{title}</h1>
{content}
</html>
"""
_HTML = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # The mail's own frame carries it too: nothing in a mail runs, loads or submits.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-src 'self'",
}
_FRAME = "allow-popups allow-popups-to-escape-sandbox"
Answer = tuple[int, dict[str, Any], bytes]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was sent."""

    number: int
    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    sent_at: str
    """ISO 8601, UTC."""

    def as_data(self) -> dict[str, Any]:
        """Return what `?format=json` tells of it."""
        return {
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": self.headers,
            "sent_at": self.sent_at,
        }


class Outbox:
    """The mails in a folder, numbered from 1."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder, which must exist."""
        self._folder = folder

    def keep(self, message: bytes) -> None:
        """Store one more mail; when this returns it is there to stay."""
        number = max((number for number, _ in self._files()), default=0) + 1
        name = f"{number:06}-{datetime.now(UTC).strftime(_TIME)}Z.eml"
        state.write(self._folder / name, message)

    def mails(self) -> list[Mail]:
        """Return the mails, the newest first."""
        return [_mail(number, path) for number, path in sorted(self._files(), reverse=True)]

    def page(self, path: str, query: str) -> Answer:
        """Answer a request for `/outbox` or `/outbox/{n}`."""
        if path in {"/outbox", "/outbox/"}:
            mails = self.mails()
            if parse_qs(query).get("format") == ["json"]:
                content = json.dumps([mail.as_data() for mail in mails], ensure_ascii=False)
                headers = {"content-type": "application/json", "cache-control": "no-store"}
                return 200, headers, content.encode()
            return 200, dict(_HTML), _list_page(mails)
        match = re.fullmatch(r"/outbox/(\d{1,9})", path)
        wanted = {int(match[1])} if match else set()
        for number, file in self._files():
            if number in wanted:
                return 200, dict(_HTML), _mail_page(_mail(number, file))
        content = '<p>There is no such mail. <a href="/_local/outbox">All mails</a></p>'
        return 404, dict(_HTML), _PAGE.format(title="Not found", content=content).encode()

    def _files(self) -> list[tuple[int, Path]]:
        found = ((_NAME.fullmatch(path.name), path) for path in self._folder.iterdir())
        return [(int(match[1]), path) for match, path in found if match]


def _mail(number: int, path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    match = _NAME.fullmatch(path.name)
    sent_at = datetime.strptime(match[2], _TIME).replace(tzinfo=UTC) if match else None
    headers: dict[str, str] = {}
    for name, value in message.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else str(value)
    return Mail(
        number=number,
        to=headers.get("To", ""),
        subject=headers.get("Subject", ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=headers,
        sent_at=sent_at.isoformat().replace("+00:00", "Z") if sent_at else "",
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _list_page(mails: list[Mail]) -> bytes:
    items = "".join(
        f'<li><a href="/_local/outbox/{mail.number}">{escape(mail.subject) or "(no subject)"}</a>'
        f"<br>to {escape(mail.to)} <small>{escape(mail.sent_at)}</small></li>"
        for mail in mails
    )
    content = f"<ol reversed>{items}</ol>" if mails else "<p>No mail has been sent yet.</p>"
    return _PAGE.format(title="Outbox", content=content).encode()


def _mail_page(mail: Mail) -> bytes:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in mail.headers.items()
    )
    framed = '<base target="_blank">' + mail.html
    content = (
        f'<p><a href="/_local/outbox">All mails</a> <small>{escape(mail.sent_at)}</small></p>'
        f"<h2>As HTML</h2>"
        f'<iframe sandbox="{_FRAME}" title="The mail as HTML" srcdoc="{escape(framed)}"></iframe>'
        f"<h2>As text</h2><pre>{escape(mail.text)}</pre>"
        f"<h2>Headers</h2><dl>{rows}</dl>"
    )
    return _PAGE.format(title=escape(mail.subject) or "(no subject)", content=content).encode()
