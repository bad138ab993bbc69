"""Typographic marks: what they replace, and what they leave alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artreview.typography import typeset

MARKS = "\"'“”‘’.-–—… "
WORDS = st.text(max_size=200)
MARKED = st.text(st.sampled_from([*MARKS, *"abS90é画ה\n(),!?"]), max_size=60)
"""Texts that are hardly anything but marks."""


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('"Hello," she said.', "“Hello,” she said."),
        ('said: "yes"', "said: “yes”"),
        ('"Is it so?" "Yes."', "“Is it so?” “Yes.”"),
        ("(\"quoted\") and ['so']", "(“quoted”) and [‘so’]"),
        ("\"He said 'no' to it.\"", "“He said ‘no’ to it.”"),
        ("\"'No,' he said.\"", "“‘No,’ he said.”"),
        ("he said 'no.'\"", "he said ‘no.’”"),
        ('"One.\n"Two."', "“One.\n“Two.”"),
        ('"...and then"', "“…and then”"),
        ("It's the artists' work", "It’s the artists’ work"),
        ("l'art, O'Brien, п'ять", "l’art, O’Brien, п’ять"),
        ("the '90s, not the 1890's, in '68", "the ’90s, not the 1890’s, in ’68"),
        ("'1984' is a novel", "‘1984’ is a novel"),
        ("'Tis rock 'n' roll for 'em", "’Tis rock ’n’ roll for ’em"),
        ("wait... and . . . so", "wait… and … so"),
        ("word--word, so---and", "word—word, so—and"),
        ("a -- b, a - b - c", "a – b, a – b – c"),
        ("pages 10--12", "pages 10–12"),
        ('word—"quote" and "word—" she', "word—“quote” and “word—” she"),
        ('"But I--"', "“But I—”"),
        ('in "1890"', "in “1890”"),
    ],
)
def test_marks_are_those_of_print(typed: str, printed: str) -> None:
    """Quotations, quotations inside them, apostrophes, dashes, ellipses."""
    assert typeset(typed) == printed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "“Set” already — ‘so’ it’s … fine",
        '5" x 7", and 6\' tall',
        "צה\"ל ג'ירפה",
        '他说"你好"吧',
        "„so“ and «so»",
        '" and \' alone, and ""',
        "- a well-known item of 1890-95, at -5",
        "wait.... and ....... so",
        'git log --oneline -- "a file"=x',
        'print("hello world")',
        "{{7*7}} '{{x}}'",
        '<a href="x y">it\'s</a> ...',
        "https://example.org/it's--so",
        "`it's`",
        "x = 'a' -- b",
        "C:\\it's",
    ],
)
def test_what_is_meant_otherwise_is_left_alone(typed: str) -> None:
    """Inches and feet, other scripts' own marks, and a line that looks like code."""
    assert typeset(typed) == typed


def test_code_on_one_line_leaves_the_others_to_print() -> None:
    """A line is looked at by itself."""
    assert typeset("{'a'}\n'a'") == "{'a'}\n‘a’"


@pytest.mark.parametrize(
    ("before", "text", "printed"),
    [
        ('She said "yes', '" and left', "” and left"),
        ("It is the artist", "'s own", "’s own"),
        ("It is ", "'so'", "‘so’"),
        ("x\ny ", '"z"', "“z”"),
        ('"x\n', '"z"', "“z”"),
        ("wait..", ". so", ". so"),
        ("a -", "- b", "- b"),
        ("{{7*7}}", " 'x'", " 'x'"),
    ],
)
def test_what_stands_before_decides(before: str, text: str, printed: str) -> None:
    """The visitor's words and the machine's are set apart, and read on as one."""
    assert typeset(text, before) == printed


def without_marks(text: str) -> str:
    """Return what must never change."""
    return "".join(character for character in text if character not in MARKS)


@given(WORDS | MARKED, WORDS | MARKED)
def test_nothing_but_marks_is_ever_changed(text: str, before: str) -> None:
    """Every letter and digit stays in its place, and so does every word."""
    printed = typeset(text, before)
    assert without_marks(printed) == without_marks(text)
    assert re.findall(r"\w+", printed) == re.findall(r"\w+", text)
    assert len(printed) <= len(text)


@given(WORDS | MARKED, MARKED)
def test_twice_is_the_same_as_once(text: str, before: str) -> None:
    """What is set already is not set again."""
    printed = typeset(text, before)
    assert typeset(printed, before) == printed


@given(st.text(st.characters(exclude_characters=MARKS), max_size=100))
def test_a_text_without_marks_is_the_same(text: str) -> None:
    """Whatever its language."""
    assert typeset(text) == text
