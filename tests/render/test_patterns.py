"""The page of patterns: every part of the pages, where the settings say so."""

import pytest

from functions.render import handler
from functions.render.parts import RenderParts
from tests.render.visit import Answer, Visit


@pytest.fixture(scope="module")
def drawing_parts(lasting_parts: RenderParts) -> RenderParts:
    """Return the parts of a site that shows its patterns."""
    return RenderParts(lasting_parts._environment | {"PATTERNS": "on"})  # type: ignore[operator]


@pytest.fixture
def patterns(site: Visit, drawing_parts: RenderParts, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Return the page."""
    monkeypatch.setattr(handler, "render_parts", lambda: drawing_parts)
    answer = site.get("/patterns")
    assert answer.status == 200
    return answer


def test_a_site_for_visitors_has_no_patterns(site: Visit) -> None:
    """It is a page that is not there, like any other."""
    answer = site.get("/patterns")
    assert answer.status == 404
    assert "There is no page here" in answer.main


def test_every_part_is_shown(patterns: Answer) -> None:
    """By the class that each part has on its own page."""
    parts = (
        ".heading .title-short .title-long .title-very-long .given .form .errors .slider"
        " .beginnings .compared .check .progress .meanwhile .facts .actions .sharing .descendants"
        " .report .wall-label .code .listed .empty .turning .specimen .number .notice .table .hash"
    )
    missing = [name for name in parts.split() if not patterns.page.select(name)]
    assert missing == []
    assert len(patterns.page.select(".form")) == 4
    assert len(patterns.page.select(".waiting")) == 4
    assert len(patterns.page.select("[aria-invalid=true]")) == 6


def test_its_names_are_its_own(patterns: Answer) -> None:
    """No id stands twice, and whatever points to one finds it."""
    ids = [str(tag["id"]) for tag in patterns.page.select("[id]")]
    assert sorted(ids) == sorted({*ids})
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for tag in patterns.page.select(f"[{attribute}]"):
            assert {*" ".join(tag.get_attribute_list(attribute)).split()} <= {*ids}


def test_it_is_guarded_and_listed_nowhere(patterns: Answer) -> None:
    """As the page of any review is; its made-up markup is text."""
    assert patterns.one("meta[name=robots]")["content"] == "noindex"
    assert patterns.page.select("style, [style], script:not([src]), main b") == []
