"""A function's settings: one frozen object, read from the environment once."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from artreview.errors import SettingMissing

Settings = TypeVar("Settings")

_TRUTHS = {"on": True, "off": False}


def from_environment(kind: type[Settings], environment: Mapping[str, str]) -> Settings:
    """Return the settings dataclass `kind`, its field `site_url` taken from `SITE_URL` and so on.

    Fields are `str`, `int` or `bool` (`on` or `off`); `tuple[str, ...]` is a comma-separated list.
    Raises SettingMissing, which names every variable that is absent or malformed.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in fields(kind):  # type: ignore[arg-type]  # a dataclass, by contract
        name = field.name.upper()
        text = environment.get(name, "")
        if not text and field.default is not MISSING:
            continue
        try:
            values[field.name] = _parsed(text, field.type)
        except ValueError as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise SettingMissing(f"{kind.__name__} cannot be read: {'; '.join(problems)}")
    return kind(**values)


def _parsed(text: str, kind: object) -> str | int | bool | tuple[str, ...]:
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if not text:
        raise ValueError("is not set")
    if kind is str:
        return text
    if kind is bool:
        if text not in _TRUTHS:
            raise ValueError(f"got {text!r}; allowed are on and off")
        return _TRUTHS[text]
    return int(text)
