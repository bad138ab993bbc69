"""Works come from books and reviews, and each part keeps to its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.books import made_up_review, write_corpus, write_reviews
from training.errors import CorpusError, SettingsError
from training.gathering import Sources, gather
from training.prepare import PrepareSettings, prepare_corpus
from training.prepared import open_prepared
from training.reviews import Review
from training.splitting import split_reviews

SETTINGS = PrepareSettings(vocabulary=300)


def _reviews(count: int) -> list[Review]:
    return [
        Review(f"a.csv, line {number}", "", None, tuple(made_up_review(number, 120)))
        for number in range(count)
    ]


def test_the_split_of_the_files_is_respected(tmp_path: Path) -> None:
    """What the scraper held out is held out, all of it and nothing else."""
    train = write_reviews(tmp_path / "train.csv", range(10))
    held_out = write_reviews(tmp_path / "held_out.csv", range(10, 13))
    sources = Sources(reviews=(train,), held_out_reviews=(held_out,))
    manifest = prepare_corpus(sources, tmp_path / "out", SETTINGS)
    assert (manifest.train.reviews, manifest.train.documents) == (10, 10)
    assert (manifest.held_out.reviews, manifest.held_out.documents) == (3, 3)
    assert manifest.decades == {"1960s": 10}
    prepared = open_prepared(tmp_path / "out")
    learned = prepared.tokenizer.decode(prepared.train.tolist())
    assert made_up_review(3)[0] in learned
    assert made_up_review(11)[0] not in learned
    assert made_up_review(11)[0] in prepared.tokenizer.decode(prepared.held_out.tolist())


def test_title_and_author_are_not_learned(tmp_path: Path) -> None:
    """The model sees the text and the decade, and no critic's name that it could put under it."""
    sources = Sources(reviews=(write_reviews(tmp_path / "a.csv", range(10)),))
    prepare_corpus(sources, tmp_path / "out", SETTINGS)
    prepared = open_prepared(tmp_path / "out")
    learned = prepared.tokenizer.decode(prepared.train.tolist())
    assert "Author" not in learned
    assert "Show" not in learned
    assert "\n" in learned


def test_reviews_without_a_split_are_split_by_their_words() -> None:
    """About the wanted share is held out; neither order nor other reviews change a review's side.

    A copy with other capitals falls on the side of its original.
    """
    reviews = _reviews(400)
    train, held_out = split_reviews(reviews, 0.1, seed=1)
    assert 20 < len(held_out) < 60
    assert len(train) + len(held_out) == 400
    again = split_reviews(reviews[300::-1], 0.1, seed=1)[1]
    assert set(again) == set(held_out) & set(reviews[:301])
    shouted = [replace(review, paragraphs=(review.text.upper(),)) for review in held_out]
    assert split_reviews([*train, *shouted], 0.1, seed=1)[1] == shouted
    assert split_reviews(reviews, 0.1, seed=2)[1] != held_out


def test_two_reviews_are_one_for_each_part() -> None:
    """Where chance would put all on one side, one goes to the other."""
    for share in (0.001, 0.999):
        train, held_out = split_reviews(_reviews(2), share, seed=1)
        assert (len(train), len(held_out)) == (1, 1)


def test_one_review_cannot_be_split() -> None:
    """The error names it and says why a second one is needed, and a copy is no second one."""
    (review,) = _reviews(1)
    for reviews in ([review], [review, review]):
        with pytest.raises(CorpusError, match=r"1 review \(a\.csv, line 0\).* give at least two"):
            split_reviews(reviews, 0.05, seed=1)


def test_books_and_reviews_go_together(tmp_path: Path) -> None:
    """Books are split by whole books beside reviews that come split."""
    books, table = write_corpus(tmp_path, books=3)
    reviews = write_reviews(tmp_path / "train.csv", range(4))
    held_out = write_reviews(tmp_path / "held_out.csv", range(4, 6))
    sources = Sources(books, table, (reviews,), (held_out,))
    manifest = prepare_corpus(sources, tmp_path / "out", SETTINGS)
    assert (len(manifest.train.books), manifest.train.reviews) == (2, 4)
    assert (len(manifest.held_out.books), manifest.held_out.reviews) == (1, 2)


def test_a_folder_of_books_needs_no_table(tmp_path: Path) -> None:
    """Every .txt is a book whose year is not known."""
    books, _ = write_corpus(tmp_path, books=3)
    train, held_out = gather(Sources(books), 0.2, seed=1)
    names = {book.name for book in (*train.books, *held_out.books)}
    assert names == {"book-0.txt", "book-1.txt", "book-2.txt"}
    assert all(book.year is None for book in train.books)


def test_short_reviews_are_counted(tmp_path: Path) -> None:
    """What is left out is told."""
    good = write_reviews(tmp_path / "a.csv", range(6))
    short = write_reviews(tmp_path / "b.csv", range(10, 13), words=99)
    manifest = prepare_corpus(Sources(reviews=(good, short)), tmp_path / "out", SETTINGS)
    assert manifest.too_short == 3
    assert manifest.train.reviews + manifest.held_out.reviews == 6


def test_a_leak_is_refused_with_an_example(tmp_path: Path) -> None:
    """The error tells how many, which and of what; nothing is written."""
    train = write_reviews(tmp_path / "train.csv", range(10))
    held_out = write_reviews(tmp_path / "held_out.csv", [20, 3, 4])
    sources = Sources(reviews=(train,), held_out_reviews=(held_out,))
    with pytest.raises(
        CorpusError,
        match=r"2 of 3 held-out documents .*held_out\.csv, line 7 \(Show 3\), which shares 100% of "
        r"its words with .*train\.csv, line 17 \(Show 3\): .*--leaks drop",
    ):
        prepare_corpus(sources, tmp_path / "out", SETTINGS)
    assert not (tmp_path / "out").exists()


def test_leaks_can_be_left_out_on_purpose(tmp_path: Path) -> None:
    """Then the held-out part is what is not in the training part, and the manifest tells."""
    train = write_reviews(tmp_path / "train.csv", range(10))
    held_out = write_reviews(tmp_path / "held_out.csv", [20, 3, 4])
    sources = Sources(reviews=(train,), held_out_reviews=(held_out,))
    manifest = prepare_corpus(sources, tmp_path / "out", replace(SETTINGS, drop_leaks=True))
    assert manifest.leaks_dropped == 2
    assert (manifest.train.reviews, manifest.held_out.reviews) == (10, 1)
    write_reviews(held_out, [3, 4])
    with pytest.raises(CorpusError, match=r"all 2 held-out documents .* nothing is left"):
        prepare_corpus(sources, tmp_path / "out", replace(SETTINGS, drop_leaks=True))


def test_parts_without_a_document_are_refused(tmp_path: Path) -> None:
    """The error tells which part has none."""
    good = write_reviews(tmp_path / "a.csv", range(3))
    short = write_reviews(tmp_path / "b.csv", range(5, 7), words=50)
    with pytest.raises(CorpusError, match="the held-out part is too short"):
        gather(Sources(reviews=(good,), held_out_reviews=(short,)), 0.05, 1)
    with pytest.raises(CorpusError, match="the training part is too short"):
        gather(Sources(reviews=(short,), held_out_reviews=(good,)), 0.05, 1)


def test_nothing_to_learn_from_is_refused(tmp_path: Path) -> None:
    """The error names the options."""
    with pytest.raises(SettingsError, match="give --books, --reviews or both"):
        Sources(held_out_reviews=(tmp_path / "held_out.csv",))
    with pytest.raises(SettingsError, match="no --books says where"):
        Sources(books_table=tmp_path / "books.csv", reviews=(tmp_path / "a.csv",))
