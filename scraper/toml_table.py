"""A TOML table that is read strictly: each key once, of the right kind, and none left over."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

import soupsieve

from scraper.errors import SiteFileError
from scraper.site import Selector

Choice = TypeVar("Choice", bound=StrEnum)
Kind = TypeVar("Kind")

_WITH_ATTRIBUTE = re.compile(r"^(?P<css>.*\S)\s+@(?P<attribute>[\w:.-]+)$", re.DOTALL)


class Table:
    """One table of a site's file. Every method takes a key and raises SiteFileError by its name."""

    def __init__(self, place: str, values: object) -> None:
        if not isinstance(values, Mapping):
            raise SiteFileError(f"{place} is {values!r}: it has to be a table, written [name]")
        self._place = place
        self._values: Mapping[str, object] = values
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Tell whether the key is there, which also makes it a known one."""
        self._asked.add(key)
        return key in self._values

    def table(self, key: str) -> "Table":
        """Return a table inside this one; an absent one is empty."""
        self._asked.add(key)
        return Table(f"{self._place} [{key}]", self._values.get(key, {}))

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of an array of tables, written [[key]]."""
        found = self._value(key, list, [], "an array of tables, written [[name]]")
        return [
            Table(f"{self._place} [[{key}]] number {number}", values)
            for number, values in enumerate(found, start=1)
        ]

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; without a default it has to be there and not be empty."""
        found = self._value(key, str, default, "a string")
        if default is None and not found.strip():
            raise SiteFileError(f"{self._place}: {key} is empty: it is needed")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return strings, from a list or from one string alone."""
        self._asked.add(key)
        found = self._values.get(key, [])
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise SiteFileError(f"{self._place}: {key} is {found!r}: a string or a list of them")
        return tuple(listed)

    def mapping(self, key: str) -> dict[str, str]:
        """Return a table of strings whose keys are free, such as headers."""
        return self.table(key).free_texts()

    def free_texts(self) -> dict[str, str]:
        """Return this whole table as strings by keys that are free."""
        texts: dict[str, str] = {}
        for name, value in self._values.items():
            if not isinstance(value, str):
                raise SiteFileError(f"{self._place}: {name} is {value!r}: it has to be a string")
            texts[name] = value
        return texts

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """Return a number between two bounds, both allowed."""
        found = self._value(key, object, default, "a number")
        if not isinstance(found, int | float) or found is True or not least <= found <= most:
            raise SiteFileError(
                f"{self._place}: {key} is {found!r}: a number from {least:g} to {most:g} is allowed"
            )
        return float(found)

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number between two bounds, both allowed."""
        found = self.number(key, default, least, most)
        if found != int(found):
            raise SiteFileError(f"{self._place}: {key} is {found}: a whole number is needed")
        return int(found)

    def choice(self, key: str, default: Choice) -> Choice:
        """Return one of the values of the default's enumeration."""
        found = self.text(key, str(default))
        kind = type(default)
        if found not in list(kind):
            allowed = ", ".join(repr(str(one)) for one in kind)
            raise SiteFileError(f"{self._place}: {key} is {found!r}: allowed are {allowed}")
        return kind(found)

    def pattern(self, key: str, default: re.Pattern[str] | None = None) -> re.Pattern[str] | None:
        """Return a regular expression."""
        if not self.has(key):
            return default
        return self._compiled(key, self.text(key))

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """Return several regular expressions."""
        return tuple(self._compiled(key, text) for text in self.texts(key))

    def css(self, key: str) -> tuple[str, ...]:
        """Return CSS selectors that choose elements, none of them reading an attribute."""
        chosen = self.selectors(key)
        if any(one.attribute for one in chosen):
            raise SiteFileError(f"{self._place}: {key} chooses elements: leave the @attribute out")
        return tuple(one.css for one in chosen)

    def selectors(self, key: str, *, needed: bool = False) -> tuple[Selector, ...]:
        """Return CSS selectors, each perhaps with ` @attribute` at its end."""
        found = tuple(self._selector(key, text) for text in self.texts(key))
        if needed and not found:
            raise SiteFileError(f"{self._place}: {key} is missing: give a CSS selector")
        return found

    def finish(self) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                close = get_close_matches(key, self._asked, 1)
                hint = f"did you mean {close[0]!r}?" if close else "see docs/scraping.md"
                raise SiteFileError(f"{self._place}: unknown key {key!r}: {hint}")

    def _value(self, key: str, kind: type[Kind], default: Kind | None, wanted: str) -> Kind:
        self._asked.add(key)
        found: object = self._values.get(key, default)
        if found is None:
            raise SiteFileError(f"{self._place}: {key} is missing: give {wanted}")
        if not isinstance(found, kind):
            raise SiteFileError(f"{self._place}: {key} is {found!r}: it has to be {wanted}")
        return found

    def _compiled(self, key: str, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            raise SiteFileError(
                f"{self._place}: {key} has the pattern {text!r}, which is not a regular "
                f"expression: {error}"
            ) from error

    def _selector(self, key: str, text: str) -> Selector:
        parts = _WITH_ATTRIBUTE.match(text.strip())
        css, attribute = parts.group("css", "attribute") if parts else (text.strip(), None)
        try:
            soupsieve.compile(css)
        except soupsieve.SelectorSyntaxError as error:
            reason = str(error).splitlines()[0]
            raise SiteFileError(
                f"{self._place}: {key} has the selector {text!r}, which is not CSS: {reason}"
            ) from error
        return Selector(css, attribute)
