"""The tables of settings in `docs/operating.md` are those of the template."""

import re

import pytest

from tests.aws import template
from tests.docs.pages import ROOT

_ROW = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \| ([^|]+) \|", re.MULTILINE)
_UNNAMED = ("empty", "none", "")


def _rows() -> list[tuple[str, str]]:
    """Return each parameter of a table with its default as it is written there."""
    rows = []
    for table in _tables():
        for names, defaults in _ROW.findall(table):
            each = [name.strip("`") for name in names.split(", ")]
            told = defaults.strip().replace("`", "")
            rows += list(zip(each, told.split(", ") if len(each) > 1 else [told], strict=True))
    return [(name, told) for name, told in rows if name in template()["Parameters"]]


def _tables() -> list[str]:
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    return re.findall(r"^\| parameter \| default \|.*?(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("name", "told"), _rows())
def test_a_default_is_the_templates(name: str, told: str) -> None:
    """What a table gives as the default is what a deployment gets."""
    default = str(template()["Parameters"][name].get("Default", ""))
    assert (told.replace(",", "") == default) or (told in _UNNAMED and not default)


def test_every_parameter_is_told() -> None:
    """Nothing can be set that the page does not explain."""
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert {name for name in template()["Parameters"] if f"`{name}`" not in text} == set()
