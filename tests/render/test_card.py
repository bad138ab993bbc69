"""The preview card: what is on it, how large it is, and that it can be drawn from anything."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageFont

from artreview.review import State
from functions.render.card.drawing import drawn_card
from functions.render.card.face import ITALIC, ROMAN, face
from functions.render.card.lines import balanced, broken, curtailed
from functions.render.card.words import CardWords, card_words, drawable
from functions.render.identity import SiteIdentity
from tests.render.test_reviews import ODD_PROMPTS
from tests.render.visit import WROTE, Answer, Visit
from tests.samples import NOW, REVIEW_ID, queued_review

PATH = f"/r/{REVIEW_ID}/card.png"
HERE = SiteIdentity("Art Review Generator", "https://reviews.example.org")
QUOTE = "Nobody has looked at it since “the accident”. It hangs there."
PAPER = (252, 252, 251)
MARGIN = 72
HOSTILE = ODD_PROMPTS | {
    "255 of one word": "W" * 255,
    "255 emoji": "🎨" * 255,
    "255 marks": "\u0301" * 255,
    "255 bidi controls": "\u202e\u2066\u2069" * 85,
    "chinese": "画廊里只有一幅画" * 31,
    "joined emoji": "👩\u200d🎨" * 60,
    "spaces": "a" + " " * 253 + "b",
    "wide and thin": "iiii WWWW " * 25,
    "private use": "\ue000\uf8ff\U000f0000" * 80,
    "noncharacters": "a\ufffeb\uffffc",
    "many lines": "a\n" * 120,
    "quotes": "“”‘’«»„‚" * 30,
}


def picture_of(answer: Answer) -> Image.Image:
    """Return the card, after a look at what every card must be."""
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/png"
    assert len(answer.content) < 300_000
    picture = Image.open(io.BytesIO(answer.content))
    picture.load()
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    return picture.convert("RGB")


def ink_box(picture: Image.Image, top: int = 130, bottom: int = 555) -> tuple[int, ...] | None:
    """Return the box of what is drawn between two heights, or None where that is blank."""
    band = picture.crop((0, top, picture.width, bottom)).convert("L")
    return band.point(lambda level: 255 if level < 200 else 0).getbbox()


def test_a_card_shows_the_title_and_a_passage(site: Visit) -> None:
    """On the site's paper, but for what the palette rounds; within its margins, and not blank."""
    site.plant(State.READY)
    picture = picture_of(site.get(PATH))
    corner = picture.getpixel((5, 5))
    assert isinstance(corner, tuple)
    assert all(abs(found - meant) <= 2 for found, meant in zip(corner, PAPER, strict=True))
    box = ink_box(picture)
    assert box is not None
    assert MARGIN - 10 <= box[0] < MARGIN + 20
    assert box[2] <= 1200 - MARGIN + 2
    assert box[3] - box[1] > 150


@pytest.mark.parametrize("prompt", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("state", [State.QUEUED, State.READY])
def test_every_prompt_has_a_card(site: Visit, prompt: str, state: State) -> None:
    """Something is drawn, within the margins, whatever was typed."""
    site.plant(state, prompt=prompt)
    box = ink_box(picture_of(site.get(PATH)))
    assert box is not None
    assert box[0] >= MARGIN - 10
    assert box[2] <= 1200 - MARGIN + 10


def words_of(prompt: str, text: str = "", state: State = State.READY) -> CardWords:
    """Return what the card of such a review says."""
    review = queued_review(prompt=prompt, text=prompt + text, state=state, settled_at=NOW)
    return card_words(review, HERE)


def test_a_card_says_what_can_be_drawn() -> None:
    """The title, the best passage, the site's name, and that a machine wrote it."""
    text = f" and the rain goes on.\n{QUOTE}"
    assert words_of("A blue horse", text) == CardWords(
        site="Art Review Generator",
        title="A blue horse",
        quote=QUOTE,
        line="Written by a machine, 15 January 2027, at eccentricity 7 of 10",
    )
    waiting = words_of("A blue horse", text, State.WRITING)
    assert (waiting.title, waiting.quote) == ("A blue horse", "")
    assert waiting.line == "A machine is writing this review"


def test_without_a_title_that_can_be_drawn_the_passage_stands_alone() -> None:
    """And where there is neither, the card is one of the site, not an empty one."""
    assert words_of("في المعرض لوحة", f".\n{QUOTE}").title == ""
    assert words_of("في المعرض لوحة", f".\n{QUOTE}").quote == QUOTE
    nothing = words_of("画廊里只有一幅画")
    assert (nothing.title, nothing.quote) == ("", "")
    assert ink_box(Image.open(io.BytesIO(drawn_card(nothing))).convert("RGB")) is not None


def test_a_passage_that_cannot_be_drawn_gives_way_to_one_that_can() -> None:
    """Rather than lose a word."""
    text = (
        f".\nThe painter signs with the letters 画廊 as if that were a name for a house.\n{QUOTE}"
    )
    assert words_of("A blue horse", text).quote == QUOTE


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("A blue horse", "A blue horse"),
        ("Cafe\u0301 “naïve”", "Café “naïve”"),
        ("Žižek and Łódź", "Zizek and Lódz"),
        ("🎨 Fire 🔥 escape", "Fire escape"),
        ("1\ufe0f\u20e3 room", "1 room"),
        ("a\u202eb\u2066c\u200d", "abc"),
        ("e" + "\u0301" * 200, "é"),
        ("non\u2011breaking\u00a0space\u2003wide", "non-breaking space wide"),
        ("line\none\ttwo", "line one two"),
        ("画廊 in the rain", ""),
        ("Кот", ""),
        ("٣ rooms", ""),
        ("🎨🔥", ""),
        ("\u0301" * 5, ""),
        ("…!?", ""),
        ("", ""),
    ],
)
def test_only_what_the_face_has_is_drawn(text: str, drawn: str) -> None:
    """A letter that it lacks forbids the whole; what is no letter is left out."""
    assert drawable(text, face(ROMAN)) == drawn


@pytest.mark.parametrize("path", [ROMAN, ITALIC], ids=lambda path: path.stem)
def test_the_face_is_what_its_file_says(path: Path) -> None:
    """Its letters have glyphs, as wide as Pillow finds them but for hinting; others have none."""
    found = face(path)
    assert {*"Aaéz0. —“”…"} <= found.widths.keys()
    assert "画" not in found.widths
    font = ImageFont.truetype(str(path), 100, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(font.getmask("画"))
    without = [letter for letter in found.widths if bytes(font.getmask(letter)) == missing]
    assert [letter for letter in without if not letter.isspace()] == []
    for letter in found.widths:
        assert abs(font.getlength(letter) - 100 * found.widths[letter]) < 2


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    """Rather than read as one that can draw nothing."""
    path = tmp_path / "none.ttf"
    path.write_bytes(b"\0\1\0\0" + bytes(8))
    with pytest.raises(ValueError, match="no table head"):
        face(path)


def test_letters_move_towards_each_other() -> None:
    """As the font's pairs say: an A and a V by nearly a tenth of the size."""
    roman = face(ROMAN)
    apart = roman.width("A", 100) + roman.width("V", 100)
    assert apart - roman.width("AV", 100) == pytest.approx(8.85)
    places = [*roman.places("AVA", 100)]
    assert [letter for letter, _ in places] == [*"AVA"]
    assert places[1][1] == pytest.approx(roman.width("A", 100) - 8.85)
    last = places[-1][1] + roman.width("A", 100)
    assert last == pytest.approx(roman.width("AVA", 100))
    assert roman.width("", 100) == 0


def test_lines_are_as_full_as_they_can_be() -> None:
    """And a word that is wider than a line is cut, even where a letter alone is."""
    assert broken("one two three", 7, len) == ["one two", "three"]
    assert broken("abcdefgh i", 3, len) == ["abc", "def", "gh", "i"]
    assert broken("abc", 0, len) == ["a", "b", "c"]
    assert broken("", 10, len) == []


def test_balanced_lines_are_even_and_no_more() -> None:
    """No last line of one short word."""
    words = "aaaa bbbb cccc dddd ee"
    assert broken(words, 19, len) == ["aaaa bbbb cccc dddd", "ee"]
    assert balanced(words, 19, len) == ["aaaa bbbb", "cccc dddd ee"]
    assert balanced("one", 10, len) == ["one"]


def test_what_has_no_room_ends_with_an_ellipsis() -> None:
    """At a word where there is one, and within the width."""
    assert curtailed(["one two", "three,", "four"], 2, 7, len) == ["one two", "three…"]
    assert curtailed(["one two", "three"], 1, 7, len) == ["one…"]
    assert curtailed(["abcdefg", "h"], 1, 7, len) == ["abcdef…"]
    assert curtailed(["one"], 1, 7, len) == ["one"]


def test_a_card_is_kept_but_asked_about_each_time(site: Visit) -> None:
    """What is reported is gone; what is unchanged is not drawn again."""
    site.plant(State.READY)
    first = site.get(PATH)
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["x-robots-tag"] == "noindex"
    again = site.get(PATH, if_none_match=first.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    site.account.store.block(REVIEW_ID, NOW + 1)
    hidden = site.get(PATH, if_none_match=first.headers["etag"])
    assert (hidden.status, hidden.headers["cache-control"]) == (410, "no-store")


def test_the_card_of_a_review_being_written_is_not_kept(site: Visit) -> None:
    """It is another one as soon as the text is there."""
    site.plant(State.WRITING)
    before = site.get(PATH)
    assert before.headers["cache-control"] == "no-store"
    claimed = site.account.store.claim(REVIEW_ID, "other", NOW + 999)
    site.account.store.finish(claimed, WROTE, NOW + 999)
    after = site.get(PATH)
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.FAILED, 404), (State.BLOCKED, 410), (State.DELETED, 410)],
)
def test_what_cannot_be_read_has_no_card(site: Visit, state: State, status: int) -> None:
    """Nor a picture that stands in: networks keep what they once fetched."""
    site.plant(State.READY)
    site.change(state=state)
    answer = site.get(PATH)
    assert answer.status == status
    assert answer.headers["cache-control"] == "no-store"


def test_addresses_of_cards_are_as_forgiving_as_those_of_pages(site: Visit) -> None:
    """Capitals lead on; what cannot be an id is not found."""
    moved = site.get(f"/r/{REVIEW_ID.upper()}/card.png")
    assert (moved.status, moved.headers["location"]) == (301, PATH)
    assert site.get(f"/r/{'0' * 16}/card.png").status == 404
    assert site.get("/r/nonsense/card.png").status == 404
    assert site.get(f"/r/{REVIEW_ID}/cardxpng").status == 404


def test_pillow_is_loaded_for_cards_alone() -> None:
    """Every other page must not wait for it."""
    code = (
        "import sys, functions.render.handler; "
        "sys.exit(any(name.partition('.')[0] == 'PIL' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], env=paths(), check=False).returncode == 0


def paths() -> dict[str, str]:
    """Return an environment in which the function can be imported."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "AWS_DEFAULT_REGION": "x"}
