"""A corpus made up on the spot: small, always the same, with a grammar that can be learned."""

import csv
import random
from collections.abc import Iterable
from pathlib import Path

_SUBJECTS = ("The painter", "A sculptor", "The old master", "Her portrait", "This bronze horse")
_VERBS = ("holds", "renders", "forgets", "praises", "opens")
_OBJECTS = ("the light of the room", "a quiet figure", "the colour of the sea", "every line")
_WORDS = ("light", "room", "line", "colour", "figure", "bronze", "canvas", "shade", "frame")
_ENDS = (".", ", and the eye rests.", "; nothing is lost.", " in the morning.")


def made_up_paragraph(dice: random.Random, sentences: int) -> str:
    """Return a paragraph of so many sentences; the years keep two from being the same."""
    return " ".join(
        f"{dice.choice(_SUBJECTS)} {dice.choice(_VERBS)} {dice.choice(_OBJECTS)}"
        f" of {dice.randrange(1400, 1900)}{dice.choice(_ENDS)}"
        for _ in range(sentences)
    )


def made_up_review(number: int, words: int = 500) -> list[str]:
    """Return paragraphs of so many words together; another number, other words."""
    dice = random.Random(number)
    written = [f"{dice.choice(_WORDS)}{dice.randrange(100)}" for _ in range(words)]
    written[-1] += "."
    return [" ".join(written[start : start + 100]) for start in range(0, words, 100)]


def write_reviews(path: Path, numbers: Iterable[int], words: int = 500) -> Path:
    """Write reviews as the scraper does, with the years from 1960 on; return the path."""
    with path.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(["text", "year", "title", "author"])
        for number in numbers:
            text = "\n".join(made_up_review(number, words))
            writer.writerow([text, 1960 + number % 30, f"Show {number}", "Ann Author"])
    return path


def write_corpus(folder: Path, books: int = 6, paragraphs: int = 30) -> tuple[Path, Path]:
    """Write books and their table; return the folder of books and the table."""
    texts = folder / "books"
    texts.mkdir(parents=True)
    table = folder / "books.csv"
    with table.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["title", "year", "file"])
        for number in range(books):
            dice = random.Random(number)
            name = f"book-{number}.txt"
            text = "\n\n".join(made_up_paragraph(dice, 9) for _ in range(paragraphs))
            (texts / name).write_text(text + "\n", encoding="utf-8")
            writer.writerow([f"Book {number}", 1880 + 7 * number if number else "", name])
    return texts, table
