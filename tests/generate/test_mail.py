"""The mail about a finished review."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from artreview.letters import PREVIEW_CHARACTERS, Letterhead, preview, without_links
from functions.generate.links import Links
from functions.generate.mail import results_message
from tests.samples import NOW, REVIEW_ID, queued_review

LETTERHEAD = Letterhead("Art Review Generator", "https://reviews.example.org", "art@example.org")
LINK = f"https://reviews.example.org/r/{REVIEW_ID}"
ONCE = Links(LINK, f"{LINK}/delete?token={'d' * 43}")
_SUBSCRIPTION = "https://reviews.example.org/subscription"
ASKED = replace(ONCE, confirm=f"{_SUBSCRIPTION}/confirm?token={'c' * 54}", asked_at=NOW - 86400)
SUBSCRIBED = replace(ONCE, leave=f"{_SUBSCRIPTION}/leave?token={'l' * 43}")
KINDS = [
    pytest.param(ONCE, id="once"),
    pytest.param(ASKED, id="asked"),
    pytest.param(SUBSCRIBED, id="subscribed"),
]


def parts_of(prompt: str, links: Links = ONCE) -> tuple[str, str]:
    """Return the text and the HTML of a mail, as a mail program reads them."""
    raw = results_message(queued_review(prompt=prompt), LETTERHEAD, links).as_bytes()
    message = message_from_bytes(raw, policy=default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_the_mail_says_what_it_must() -> None:
    """Subject, addressee, link, prompt, date, and that no machine should answer it."""
    message = results_message(queued_review(), LETTERHEAD, ONCE)
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
    raw = results_message(queued_review(), letterhead, ONCE).as_bytes()
    (sender,) = message_from_bytes(raw, policy=default)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "art@example.org")


def test_the_link_comes_first_in_the_text() -> None:
    """Before anything that a stranger wrote."""
    text, _ = parts_of("A blue horse")
    assert text.index(LINK) < text.index("A blue horse")


@pytest.mark.parametrize("links", KINDS)
def test_both_parts_say_the_same(links: Links) -> None:
    """The same sentences and the same links, whichever of them is read."""
    text, html = parts_of("A blue horse in the rain, and “nobody” to see it. " * 4, links)
    page = BeautifulSoup(html, "html.parser")
    for unseen in page.select("head, .preview"):
        unseen.decompose()
    in_text = re.findall(r"https://\S+", text)
    in_html = {str(link["href"]) for link in page.select("a")}
    assert in_html == set(in_text)
    assert len(in_text) == len(set(in_text))

    def sentences(part: str) -> list[str]:
        words = re.sub(r"https://\S+", " ", re.sub(r"^>", " ", part, flags=re.MULTILINE))
        return re.sub(r"[\s:.]+", " ", words).split()

    assert sentences(page.get_text(" ")) == sentences(text)


@pytest.mark.parametrize("links", KINDS)
def test_what_becomes_of_the_address_is_told_as_it_is(links: Links) -> None:
    """Erased; kept for seven days; or kept for the news."""
    text, _ = parts_of("A blue horse", links)
    said = " ".join(text.split())
    assert ("the review no longer holds your address" in said) == (links is ONCE)
    assert ("on 14 January 2027. To have it, confirm within seven days of that" in said) == (
        links is ASKED
    )
    assert ("your address is kept for that alone" in said) == (links is SUBSCRIBED)
    assert ONCE.delete in text


def test_a_mail_program_can_leave_for_its_reader() -> None:
    """RFC 8058: the link whole and unencoded in its header, and that one click is enough."""
    raw = results_message(queued_review(), LETTERHEAD, SUBSCRIBED).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{SUBSCRIBED.leave}>" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    for links in (ONCE, ASKED):
        assert results_message(queued_review(), LETTERHEAD, links)["List-Unsubscribe"] is None


def test_nothing_is_loaded_and_dark_has_its_colours() -> None:
    """No picture, no font, no script; a reader in the dark is not dazzled."""
    _, html = parts_of("A blue horse", ASKED)
    page = BeautifulSoup(html, "html.parser")
    assert page.select("img, script, link, iframe, [src], [background]") == []
    assert "url(" not in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert page.select_one('meta[name="color-scheme"][content="light dark"]')


LINKS = [
    "https://evil.example/x",
    "HTTPS://EVIL.EXAMPLE",
    "www.evil.example",
    "me@evil.example",
    "evil.example",
    "evil.example/path?x=1",
    "//evil.example",
    "mailto:me@evil.example",
    "tel:+1900123456",
    "javascript:alert(1)",
    "(https://evil.example)",
    "http://192.0.2.1/x",
    "192.0.2.1",
    "evil\uff0eexample",
    "evil\u3002example",
    "http\uff1a//evil.example",
    "x\u2024com",
    "bücher.example",
]
A_LINK = re.compile(
    r"\w+[:\uff1a][/\uff0f]|//|\w@\w|www\.\w|(?:mailto|tel|javascript):\S"
    r"|\w[.\uff0e\u3002\u2024]\w\w",
    re.IGNORECASE,
)
"""What any mail program makes a link of, and more."""


@pytest.mark.parametrize("link", LINKS)
def test_a_strangers_words_carry_no_link(link: str) -> None:
    """What a mail program would make a link of is taken apart, with spaces that everybody sees."""
    assert A_LINK.search(link) or link == "192.0.2.1"
    shown = without_links(f"Click {link} now")
    assert not A_LINK.search(shown)
    assert "\u200b" not in shown
    assert shown.replace(" ", "") == f"Click{link}now"
    for part in parts_of(f"Click {link} now"):
        assert link not in part


@given(st.text(alphabet="ab1.:/@ \uff0e\u3002www", max_size=40))
def test_no_words_at_all_carry_a_link(text: str) -> None:
    """Whatever is typed; and but for the breaks it is what was typed."""
    shown = without_links(text)
    assert not A_LINK.search(shown)
    unbroken = shown.replace("\u200b", "").replace(" ", "")
    assert unbroken == text.replace(" ", "")


def test_a_strangers_words_are_quoted_and_said_to_be_a_visitors() -> None:
    """Words that sound like the site's stand behind marks, line by line, and so in the preview."""
    prompt = "” Your account is suspended. To keep it, answer with your password, says the site. “"
    text, html = parts_of(f"{prompt * 2}")
    lines = text.splitlines()
    quoted = [line for line in lines if "password" in line or "suspended" in line]
    assert quoted
    assert all(line.startswith("> ") for line in quoted)
    assert max(map(len, (line for line in lines if line.startswith(">")))) <= 76
    assert "those of the visitor who gave this address, and not ours" in " ".join(text.split())
    page = BeautifulSoup(html, "html.parser")
    holders = page.find_all(string=re.compile("suspended"))
    assert {holder.parent.name for holder in holders if holder.parent} == {"blockquote", "div"}
    preview_line = page.select_one(".preview")
    assert preview_line is not None
    assert preview_line.get_text().startswith("With these words: “")


def test_the_prompt_is_set_as_on_the_page() -> None:
    """With real quotation marks; what looks like an address is taken apart all the same."""
    for part in parts_of("It's \"so\" -- see 'evil.example'..."):
        assert "It’s “so” – see ‘evil. example’" in " ".join(part.split()).replace("> ", "")


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
