"""What a model was made of, counted from the files that it was made from.

Two kinds of file are read: `manifest.json`, which `python -m training prepare` writes beside what a
model learns from, and `corpus.jsonl`, the whole corpus as `python -m scraper export` writes it, one
review a line. Only numbers leave the file: no text, no title and no author's name.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from artreview.site import CorpusFacts, ModelFacts
from operate.errors import Refused

_MOST = 1_000_000_000_000
_YEARS = range(1000, 2200)
_DECADE = re.compile(r"1\d{2}0s|2[01]\d0s")
_LIKE_THE_BUNDLE = 0.2
"""A manifest counts the held-out part too, a tokenizer's words are not a person's: the numbers of
one corpus differ by a little, those of another one by much."""


def corpus_of(path: Path, model: ModelFacts) -> CorpusFacts:
    """Return what a file tells of the corpus of this model. Raises Refused."""
    try:
        with path.open(encoding="utf-8") as lines:
            if path.suffix == ".jsonl":
                facts = _counted(path, lines, model.hash)
            elif path.suffix == ".json":
                facts = _of_manifest(path, json.load(lines), model.hash)
            else:
                message = f"{path.name} is neither a manifest.json nor a corpus.jsonl."
                raise Refused(message)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Refused(f"{path.name} is not JSON in UTF-8: is it whole?") from error
    _check_against(model, facts, path)
    return facts


def _of_manifest(path: Path, manifest: Any, model_hash: str) -> CorpusFacts:  # noqa: ANN401  # JSON
    """Return what a prepared folder's manifest tells, both of its parts together."""
    if not isinstance(manifest, dict) or not {"train", "held_out", "decades"} <= manifest.keys():
        raise Refused(
            f"{path.name} is no manifest of `python -m training prepare`: it has no train, "
            "held_out and decades."
        )
    parts = [_object(path, manifest, name) for name in ("train", "held_out")]
    decades = sorted(_object(path, manifest, "decades"))
    if wrong := [decade for decade in decades if not _DECADE.fullmatch(decade)]:
        raise Refused(f"{path.name} has a decade {wrong[0]!r}; one is written as 1890s.")
    if not all(isinstance(part.get("books"), list) for part in parts):
        raise Refused(f"{path.name} does not list the books of its parts.")
    return CorpusFacts(
        model_hash=model_hash,
        words=sum(_number(path, part, "words", least=1) for part in parts),
        reviews=sum(_number(path, part, "reviews", otherwise=0) for part in parts),
        books=sum(len(part["books"]) for part in parts),
        since=decades[0] if decades else "",
        until=decades[-1] if decades else "",
    )


def _counted(path: Path, lines: Iterable[str], model_hash: str) -> CorpusFacts:
    """Return what the reviews of a corpus come to."""
    words = reviews = 0
    years: set[int] = set()
    authors: set[str] = set()
    for number, review in _reviews(path, lines):
        text, year, author = (review.get(name) for name in ("text", "year", "author"))
        if not isinstance(text, str) or not text.strip():
            raise Refused(f"Line {number} of {path.name} has no text.")
        if year is not None and (type(year) is not int or year not in _YEARS):
            raise Refused(f"Line {number} of {path.name} has the year {year!r}, which is none.")
        if author is not None and not isinstance(author, str):
            raise Refused(f"Line {number} of {path.name} has an author that is no text.")
        words += len(text.split())
        reviews += 1
        years |= {year} if year is not None else set()
        authors |= {author.strip().casefold()} if author and author.strip() else set()
    if not reviews:
        raise Refused(f"{path.name} holds no review.")
    since, until = (str(min(years)), str(max(years))) if years else ("", "")
    return CorpusFacts(model_hash, words, reviews, 0, len(authors), since, until)


def _reviews(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        review = json.loads(line)
        if not isinstance(review, dict):
            raise Refused(f"Line {number} of {path.name} is no review.")
        yield number, review


def _object(path: Path, within: dict[str, Any], name: str) -> dict[str, Any]:
    value = within[name]
    if not isinstance(value, dict):
        raise Refused(f"{name} of {path.name} is no object.")
    return value


def _number(
    path: Path, within: dict[str, Any], name: str, *, least: int = 0, otherwise: int | None = None
) -> int:
    value = within.get(name, otherwise)
    if type(value) is not int or not least <= value <= _MOST:
        raise Refused(f"{name} of {path.name} is {value!r}; it must be a number from {least}.")
    return value


def _check_against(model: ModelFacts, facts: CorpusFacts, path: Path) -> None:
    """Raise Refused where the bundle itself says that it was made from something else."""
    told = model.corpus_words
    if told and abs(facts.words - told) > _LIKE_THE_BUNDLE * told:
        raise Refused(
            f"{path.name} has {facts.words:,} words, and the bundle {model.name} says that it has "
            f"learned from {told:,}: that is another corpus."
        )
