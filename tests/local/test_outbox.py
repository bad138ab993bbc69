"""The outbox: mails as they were sent, the newest first, and pages that let nothing run."""

import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from local.outbox import Outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """Return an empty outbox."""
    return Outbox(tmp_path)


def mail(subject: str = "Your results are ready", html: str = "<p>Héllo</p>") -> bytes:
    """Return a mail in two forms."""
    message = EmailMessage()
    message["From"] = "reviews@example.org"
    message["To"] = "visitor@example.org"
    message["Subject"] = subject
    message["List-Unsubscribe"] = "<https://example.org/leave>"
    message.set_content("Héllo\n")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def data(outbox: Outbox) -> list[dict[str, Any]]:
    """Return what `?format=json` gives."""
    status, headers, content = outbox.page("/outbox", "format=json")
    assert (status, headers["content-type"]) == (200, "application/json")
    mails: list[dict[str, Any]] = json.loads(content)
    return mails


def test_the_newest_is_first(outbox: Outbox) -> None:
    """The contract's fields, in the contract's order of mails."""
    outbox.keep(mail("one"))
    outbox.keep(mail("two — überrascht"))
    newest, oldest = data(outbox)
    assert oldest["subject"] == "one"
    assert newest["subject"] == "two — überrascht"
    assert newest["to"] == "visitor@example.org"
    assert newest["text"] == "Héllo\n"
    assert newest["html"].strip() == "<p>Héllo</p>"
    assert newest["headers"]["List-Unsubscribe"] == "<https://example.org/leave>"
    assert newest["sent_at"].endswith("Z")
    assert newest["sent_at"] > oldest["sent_at"]


def test_it_outlives_the_process(outbox: Outbox, tmp_path: Path) -> None:
    """A mail is a file, so a new outbox on the folder has it, and goes on counting."""
    outbox.keep(mail("one"))
    again = Outbox(tmp_path)
    again.keep(mail("two"))
    assert [each["subject"] for each in data(again)] == ["two", "one"]
    assert again.page("/outbox/2", "")[0] == 200


def test_what_was_half_written_is_no_mail(outbox: Outbox, tmp_path: Path) -> None:
    """A kill in the middle of a write leaves a name that does not count."""
    (tmp_path / "000001-20260101T000000.000000Z.eml.tmp").write_bytes(b"To: x")
    assert data(outbox) == []


def test_an_empty_outbox_says_so(outbox: Outbox) -> None:
    """The page is a page, the data an empty list."""
    assert b"No mail has been sent yet" in outbox.page("/outbox", "")[2]
    assert data(outbox) == []


def test_markup_in_a_mail_is_shown_and_not_run(outbox: Outbox) -> None:
    """A subject is escaped, and a mail's HTML stays in a frame without rights."""
    outbox.keep(mail("<script>alert(1)</script>", '<script>alert(2)</script>"><b>x</b>'))
    for path in ("/outbox", "/outbox/1"):
        status, headers, content = outbox.page(path, "")
        assert status == 200
        assert b"<script>" not in content
        assert "default-src 'none'" in headers["content-security-policy"]
    assert b'<iframe sandbox="allow-popups' in content


@pytest.mark.parametrize("path", ["", "/", "/outbox/0", "/outbox/2", "/outbox/x", "/outbox/1/../2"])
def test_other_paths_are_not_found(outbox: Outbox, path: str) -> None:
    """Whatever else is asked for is a 404."""
    outbox.keep(mail())
    assert outbox.page(path, "")[0] == 404


def test_a_broken_mail_breaks_no_page(outbox: Outbox) -> None:
    """What is no MIME message at all is shown as far as it goes."""
    outbox.keep(b"\xff\xfe not a mail")
    assert outbox.page("/outbox", "")[0] == 200
    assert outbox.page("/outbox/1", "")[0] == 200
    assert len(data(outbox)) == 1
