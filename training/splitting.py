"""What is learned from and what is held out: whole works, chosen by hash, so for good.

A hash looks at no other work: one that joins the corpus moves none across.
"""

import hashlib
from collections.abc import Sequence

from training.corpus import Book
from training.errors import CorpusError
from training.reviews import Review


def split_books(
    books: Sequence[Book], held_out_share: float, seed: int
) -> tuple[list[Book], list[Book]]:
    """Keep whole books out of training, about `held_out_share` of all words.

    The order in which books are considered is that of a keyed hash of their names: it does not
    change when other books join the corpus. A book that would overshoot by half is passed over.
    """
    if len(books) < 2:
        raise CorpusError(
            f"the corpus has {len(books)} book with text: give at least two, "
            "because one is kept out of training to measure by"
        )
    wanted = held_out_share * sum(book.words for book in books)
    order = sorted(books, key=lambda book: fraction(f"book {book.name}", seed))
    chosen: set[str] = set()
    words = 0
    for book in order:
        if words < wanted and words + book.words <= 1.5 * wanted:
            chosen.add(book.name)
            words += book.words
    if not chosen:
        chosen = {min(order, key=lambda book: book.words).name}
    train = [book for book in books if book.name not in chosen]
    return train, [book for book in books if book.name in chosen]


def split_reviews(
    reviews: Sequence[Review], held_out_share: float, seed: int
) -> tuple[list[Review], list[Review]]:
    """Keep about `held_out_share` of the reviews out, each by the hash of its words.

    Copies of a text, also with other line ends or capitals, fall on the same side.
    """
    placed = [
        (fraction(f"review {' '.join(review.text.casefold().split())}", seed), review)
        for review in reviews
    ]
    train = [review for place, review in placed if place >= held_out_share]
    held_out = [review for place, review in placed if place < held_out_share]
    if not train or not held_out:
        # So few that chance put all on one side: the nearest goes to the other.
        border = sorted({place for place, _ in placed})
        if len(border) < 2:
            raise CorpusError(
                f"the corpus has 1 review ({reviews[0].name}), copies not counted: give at least "
                "two, because one is kept out of training to measure by"
            )
        last = border[0] if not held_out else border[-2]
        train = [review for place, review in placed if place > last]
        held_out = [review for place, review in placed if place <= last]
    return train, held_out


def fraction(text: str, seed: int) -> float:
    """Map a text to a number from 0 to 1 that depends on the text and the seed alone."""
    digest = hashlib.blake2b(text.encode(), digest_size=8, key=str(seed).encode()).digest()
    return int.from_bytes(digest, "big") / 2**64
