"""Reviews as the scraper exports them: a CSV with the column `text`, or JSON Lines.

    text,year,title,author        {"text": "…", "year": 1964, "title": "…", …}

The year may be missing or empty. Paragraphs are lines of the text. Title and author help to find a
review again and are not learned: see docs/decisions.md.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.corpus import year_of
from training.errors import CorpusError
from training.texts import read_table, read_text, shortened


@dataclass(frozen=True)
class Review:
    """One review: where it stands, its year where known, its paragraphs."""

    place: str
    title: str
    year: int | None
    paragraphs: tuple[str, ...]

    @property
    def name(self) -> str:
        """How an error calls it, as `train.csv, line 12 (Two Rooms)`."""
        return f"{self.place} ({shortened(self.title)})" if self.title else self.place

    @property
    def text(self) -> str:
        """The whole text, one paragraph a line."""
        return "\n".join(self.paragraphs)


def read_reviews(path: Path) -> list[Review]:
    """Read a file by its ending, .csv or .jsonl; rows without a text are passed over."""
    readers = {".csv": _from_csv, ".jsonl": _from_jsonl}
    if path.suffix.lower() not in readers:
        raise CorpusError(
            f"{path} ends in neither .csv nor .jsonl: give a file that `python -m scraper export` "
            "wrote, or one of that form"
        )
    if not path.is_file():
        raise CorpusError(f"no file of reviews at {path}: give a CSV or JSON Lines")
    found = [review for review in readers[path.suffix.lower()](path) if review.paragraphs]
    if not found:
        raise CorpusError(f"{path} holds no review: give a file that has at least one")
    return found


def _from_csv(path: Path) -> list[Review]:
    reviews = []
    for entry in read_table(path, ("text",)):
        place = f"{path}, line {entry.line}"
        year = year_of(entry.fields.get("year", ""), place)
        title = entry.fields.get("title", "")
        reviews.append(Review(place, title, year, _paragraphs(entry.fields["text"])))
    return reviews


def _from_jsonl(path: Path) -> list[Review]:
    # Not splitlines: a text may hold other line ends than the one that ends its JSON.
    lines = read_text(path).split("\n")
    return [
        _from_json(line, f"{path}, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _from_json(line: str, place: str) -> Review:
    try:
        values: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{place} is not JSON ({error}): correct it or take it out") from error
    if not isinstance(values, dict):
        raise CorpusError(f"{place} is no JSON object: give one with a 'text', as {{\"text\": …}}")
    if "text" not in values:
        keys = ", ".join(shortened(key) for key in values) or "none"
        raise CorpusError(f"{place} lacks the key 'text': it has {keys}")
    text, title, year = values["text"], values.get("title"), values.get("year")
    if not isinstance(text, str):
        raise CorpusError(f"{place} has a 'text' that is {text!r:.40}: give a string")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CorpusError(f"{place} has half a character (a lone surrogate): correct its escapes")
    if isinstance(year, bool) or not isinstance(year, int | str | None):
        raise CorpusError(f"{place} has the year {year!r:.40}: give four digits, or null")
    return Review(
        place=place,
        title=title if isinstance(title, str) else "",
        year=year_of("" if year is None else str(year), place),
        paragraphs=_paragraphs(text),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
