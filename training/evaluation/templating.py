"""The templates of the page and of the model card: all that they are given is escaped."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent / "templates"
_NONE = "\u2013"
_SPECIAL = re.compile(r"([\\`*_{}\[\]|#~])")


@cache
def html_templates() -> Environment:
    """Return the templates of HTML and SVG."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return _with_filters(environment)


@cache
def markdown_templates() -> Environment:
    """Return the templates of Markdown, in which a text's own marks mean nothing."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=False,  # noqa: S701 - for HTML; `finalize` escapes for Markdown
        finalize=escaped_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return _with_filters(environment)


def escaped_markdown(value: object) -> object:
    """Return a text so that Markdown shows it as it is; a line break becomes a space."""
    if not isinstance(value, str):
        return value
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _with_filters(environment: Environment) -> Environment:
    environment.filters["fixed"] = fixed
    environment.filters["percent"] = percent
    environment.filters["grouped"] = grouped
    environment.filters["lines"] = lines
    environment.filters["plain"] = plain
    return environment


def fixed(value: float | None, digits: int = 2) -> str:
    """Return a number with so many digits behind the point; a dash where there is none."""
    return _NONE if value is None else f"{value:.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share in percent; a dash where there is none."""
    return _NONE if value is None else f"{100 * value:.{digits}f} %"


def grouped(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,}"


def lines(text: str) -> list[str]:
    """Return the paragraphs of a text."""
    return [line for line in text.splitlines() if line.strip()]


def plain(value: float) -> str:
    """Return a number without what is not needed: 40.0 as 40."""
    return f"{value:g}"
