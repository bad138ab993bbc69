"""A corpus made up on the spot: small, always the same, with a grammar that can be learned."""

import csv
import random
from pathlib import Path

_SUBJECTS = ("The painter", "A sculptor", "The old master", "Her portrait", "This bronze horse")
_VERBS = ("holds", "renders", "forgets", "praises", "opens")
_OBJECTS = ("the light of the room", "a quiet figure", "the colour of the sea", "every line")
_ENDS = (".", ", and the eye rests.", "; nothing is lost.", " in the morning.")


def made_up_paragraph(dice: random.Random, sentences: int) -> str:
    """Return a paragraph of so many sentences."""
    return " ".join(
        f"{dice.choice(_SUBJECTS)} {dice.choice(_VERBS)} {dice.choice(_OBJECTS)}"
        f"{dice.choice(_ENDS)}"
        for _ in range(sentences)
    )


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
