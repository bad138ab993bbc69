"""The bench of the pages asks for pages that are there."""

import pytest

from bench import pages
from functions.render import handler


@pytest.mark.parametrize("name", pages.PATHS)
def test_every_page_is_answered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts that it puts at hand are enough for each; it raises where one answers an error."""
    parts = pages.parts_at_hand()
    monkeypatch.setattr(handler, "render_parts", lambda: parts)
    assert len(pages.call_seconds(pages.PATHS[name], times=1)) == 1
