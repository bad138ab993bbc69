"""The mails to the operator."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from artreview.links import hiding_of
from artreview.review import State
from tests.aws import KEYS
from tests.samples import NOW, REVIEW_ID, queued_review
from tests.submit.hidden import MAIL, OPERATOR, SITE

HIDDEN = replace(queued_review(), state=State.BLOCKED, settled_at=NOW + 0.123)
OTHER = replace(HIDDEN, id="1" * 16, prompt="<b>A second & $one")
MESSAGES = {"one": MAIL.about(HIDDEN), "several": MAIL.summary([HIDDEN, OTHER])}
PAGE = f"{SITE}/r/{REVIEW_ID}"


def read(message: EmailMessage) -> tuple[str, str]:
    """Return the text and the HTML, as a mail program reads them."""
    received = message_from_bytes(message.as_bytes(), policy=default)
    plain, html = received.get_body(("plain",)), received.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_it_says_what_it_must() -> None:
    """Title, address, when; and a link that is about this hiding, to the millisecond."""
    message = MESSAGES["one"]
    assert message["Subject"] == "Hidden after a report: A blue horse in the rain"
    assert (message["To"], message["Auto-Submitted"]) == (OPERATOR, "auto-generated")
    assert message["From"] == "Art Review Generator <reviews@example.org>"
    for part in read(message):
        assert "A blue horse in the rain" in part
        assert "15 January 2027, 08:00 UTC" in part
        assert PAGE in part
        link = re.search(r"/judge\?token=([\w-]+)", part)
        assert link is not None
        assert hiding_of(REVIEW_ID, link[1], KEYS) == NOW + 0.123


def test_several_are_named_each_with_its_own_link() -> None:
    """Markup in a title is text."""
    text, html = read(MESSAGES["several"])
    page = BeautifulSoup(html, "html.parser")
    assert "2 reviews" in text
    assert [quote.get_text() for quote in page.select("blockquote")] == [
        "A blue horse in the rain",
        "<b>A second & $one",
    ]
    for review in (HIDDEN, OTHER):
        assert f"{SITE}/r/{review.id}/judge?token=" in text
    assert page.select("b") == []


@pytest.mark.parametrize("message", MESSAGES.values(), ids=[*MESSAGES])
def test_both_parts_say_the_same(message: EmailMessage) -> None:
    """The same links and the same sentences, whichever is read."""
    text, html = read(message)
    page = BeautifulSoup(html, "html.parser")
    for unseen in page.select("head, .preview"):
        unseen.decompose()
    assert {str(link["href"]) for link in page.select("a")} == set(re.findall(r"https://\S+", text))
    for sentence in ("For you alone", "nothing happens until you press a button there"):
        assert sentence.lower() in " ".join(text.split()).lower()
        assert sentence.lower() in page.get_text(" ").lower()
    assert page.select("img, script, link") == []


@given(prompt=st.text(min_size=1, max_size=255))
@settings(deadline=None, max_examples=50)
def test_any_title_makes_a_mail(prompt: str) -> None:
    """No words of a visitor break it, forge a header, or become a link."""
    for message in (MAIL.about(replace(HIDDEN, prompt=prompt)), MAIL.summary([HIDDEN])):
        raw = message.as_bytes()
        received = message_from_bytes(raw, policy=default)
        assert received["To"] == OPERATOR
        assert len(received.get_all("Subject") or []) == 1


def test_a_title_carries_no_link_and_no_line() -> None:
    """It is taken apart, in the subject too."""
    lure = replace(HIDDEN, prompt="Win at https://evil.example\nBcc: all@example.org")
    message = MAIL.about(lure)
    assert "https://evil" not in message["Subject"]
    assert message["Bcc"] is None
    for part in read(message):
        assert "evil.example" not in part
