"""The mail about a finished review."""

from email import message_from_bytes
from email.policy import default

import pytest

from functions.generate.mail import (
    PREVIEW_CHARACTERS,
    Letterhead,
    preview,
    results_message,
    without_links,
)
from tests.samples import REVIEW_ID, queued_review

LETTERHEAD = Letterhead("Art Review Generator", "https://reviews.example.org", "art@example.org")
LINK = f"https://reviews.example.org/r/{REVIEW_ID}"


def parts_of(prompt: str) -> tuple[str, str]:
    """Return the text and the HTML of a mail, as a mail program reads them."""
    raw = results_message(queued_review(prompt=prompt), LETTERHEAD).as_bytes()
    message = message_from_bytes(raw, policy=default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_the_mail_says_what_it_must() -> None:
    """Subject, addressee, link, prompt, date, and that no machine should answer it."""
    message = results_message(queued_review(), LETTERHEAD)
    assert message["Subject"] == "Your results are ready"
    assert message["To"] == "reader@example.org"
    assert message["From"] == "Art Review Generator <art@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    for part in parts_of("A blue horse in the rain"):
        assert LINK in part
        assert "A blue horse in the rain" in part
        assert "15 January 2027" in part
        assert "eccentricity 7" in part


@pytest.mark.parametrize("name", ["Art: Reviews", 'The "Review"', "A <b>, C", "Kunst für alle"])
def test_any_site_name_makes_one_sender(name: str) -> None:
    """Colons, quotes and angle brackets in the name leave the address what it is."""
    letterhead = Letterhead(name, "https://reviews.example.org", "art@example.org")
    raw = results_message(queued_review(), letterhead).as_bytes()
    (sender,) = message_from_bytes(raw, policy=default)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "art@example.org")


def test_the_link_comes_first_in_the_text() -> None:
    """Before anything that a stranger wrote."""
    text, _ = parts_of("A blue horse")
    assert text.index(LINK) < text.index("A blue horse")


@pytest.mark.parametrize(
    "prompt", ["https://evil.example/x", "see www.evil.example now", "write to me@evil.example"]
)
def test_a_strangers_words_carry_no_link(prompt: str) -> None:
    """What a mail program would make a link of is broken up."""
    text, html = parts_of(prompt)
    assert prompt not in text
    assert prompt not in html
    assert "evil.example" not in text + html


def test_markup_in_the_prompt_is_text() -> None:
    """The HTML shows it; it does not run."""
    text, html = parts_of("<script>alert(1)</script> & {{7*7}}")
    assert "<script>" in text
    assert "<script>" not in html
    assert "{{7*7}}" in html


@pytest.mark.parametrize("prompt", ["short", "word " * 50, "w" * 255, "🐎" * 255])
def test_the_preview_is_short(prompt: str) -> None:
    """At most fifty characters, and an ellipsis where it was cut."""
    shown = preview(prompt)
    assert len(shown) <= PREVIEW_CHARACTERS
    assert shown == prompt or shown.endswith("…")


def test_ordinary_prose_is_left_as_it_is() -> None:
    """Only joints inside a word are broken up."""
    assert without_links("Horses. Rain: grey / blue") == "Horses. Rain: grey / blue"
