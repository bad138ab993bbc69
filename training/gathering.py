"""All works of a corpus, gathered from their files and split."""

from dataclasses import dataclass
from pathlib import Path

from training.corpus import Book, Document, Work, documents_of, read_books
from training.errors import CorpusError, SettingsError
from training.reviews import Review, read_reviews
from training.splitting import split_books, split_reviews


@dataclass(frozen=True)
class Sources:
    """Where the works are: books, reviews, or both."""

    books: Path | None = None  # a folder
    books_table: Path | None = None  # None: every .txt of the folder, the years unknown
    reviews: tuple[Path, ...] = ()
    held_out_reviews: tuple[Path, ...] = ()  # none: some of the reviews are chosen

    def __post_init__(self) -> None:
        if self.books is None and not self.reviews:
            raise SettingsError("nothing to learn from: give --books, --reviews or both")
        if self.books_table is not None and self.books is None:
            raise SettingsError("--books-table names books, and no --books says where they are")


@dataclass(frozen=True)
class Works:
    """One part of the corpus, in whole works."""

    books: list[Book]
    reviews: list[Review]

    def documents(self) -> list[Document]:
        """Return the works cut to documents of review length."""
        works: list[Work] = [*self.books, *self.reviews]
        return [document for work in works for document in documents_of(work)]

    def too_short(self) -> int:
        """Count the reviews that are too short to become a document."""
        return sum(not any(documents_of(review)) for review in self.reviews)


def gather(sources: Sources, held_out_share: float, seed: int) -> tuple[Works, Works]:
    """Read everything; return the part to learn from and the part that is held out.

    Books are split by their names. Reviews are split as their files are, or where no file is held
    out, by their words.
    """
    train_books: list[Book] = []
    held_out_books: list[Book] = []
    if sources.books is not None:
        books = read_books(sources.books, sources.books_table)
        train_books, held_out_books = split_books(books, held_out_share, seed)
    reviews = _read_all(sources.reviews)
    held_out_reviews = _read_all(sources.held_out_reviews)
    if reviews and not held_out_reviews:
        reviews, held_out_reviews = split_reviews(reviews, held_out_share, seed)
    train, held_out = Works(train_books, reviews), Works(held_out_books, held_out_reviews)
    for part, works in (("training", train), ("held-out", held_out)):
        if not any(works.documents()):
            raise CorpusError(
                f"the {part} part is too short to make one document of 100 words: give longer texts"
            )
    return train, held_out


def _read_all(paths: tuple[Path, ...]) -> list[Review]:
    return [review for path in paths for review in read_reviews(path)]
