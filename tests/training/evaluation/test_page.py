"""The page shows the report, needs nothing else, and takes texts for nothing but texts."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.training.evaluation.reports import UNTRUSTED, made_up_report
from training.evaluation.page import page_of

VOID = {"meta", "line", "circle", "polyline"}


class Reading(HTMLParser):
    """Gathers what a browser would show, run and ask for; tags must be closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what is asked for."""
        self.tags.add(tag)
        self.links += [str(value) for name, value in attrs if name in {"src", "href", "srcset"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ignore what is closed at once."""

    def handle_endtag(self, tag: str) -> None:
        """Check the order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Gather the text."""
        self.text += data


def test_the_page_needs_nothing_else() -> None:
    """No script, no link, no picture from elsewhere; tags are closed in order."""
    page = page_of(made_up_report())
    reading = Reading(page)
    assert "script" not in reading.tags
    assert reading.links == []
    assert "@import" not in page
    assert "url(" not in page
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page


def test_a_text_is_only_a_text() -> None:
    """What a model wrote is shown letter by letter, a tag among them too."""
    reading = Reading(page_of(made_up_report()))
    assert reading.text.count(UNTRUSTED) == 2
    assert "A second paragraph." in reading.text


@pytest.mark.parametrize(
    "figure",
    [
        "1,234,567",
        "70.11",
        "4.250 ± 0.010",
        "0.456",
        "87.5 %",
        "62.5 %",
        "57 tokens",
        "17 words",
        "to the eye of the painter",
        "4.1120",
        "0.0120 (0.0040 to 0.0210)",
        "33",
        "seed 1",
    ],
)
def test_the_figures_are_on_the_page(figure: str) -> None:
    """One of each kind."""
    assert figure in Reading(page_of(made_up_report())).text


def test_text_that_may_have_been_learned_tells_nothing_of_overfitting() -> None:
    """The page of an adopted model says so."""
    report = made_up_report()
    seen = page_of(replace(report, model=replace(report.model, unseen=False)))
    text = " ".join(Reading(seen).text.split())
    assert "may have learned the held-out text too: the gap does not tell of overfitting" in text
    assert "The gap tells of overfitting" not in text
    assert "The gap tells of overfitting" in " ".join(Reading(page_of(report)).text.split())


def test_what_was_not_measured_is_said() -> None:
    """Without decades, a run and a base model the page says so and is whole."""
    page = page_of(replace(made_up_report(), decades=None, curves=None))
    text = " ".join(Reading(page).text.split())
    assert "Not measured: the held-out text shows no decade" in text
    assert "no base model beside them" in text
    assert "tokens seen" not in text
