"""Documents become a tokenizer and token shards, and the split is respected."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from tests.training.books import write_corpus
from training.corpus import Book, Document, documents_of, read_books
from training.errors import CorpusError, PreparedError, SettingsError
from training.prepare import PrepareSettings, opening, prepare
from training.prepared import open_prepared
from training.splitting import split_books
from training.tokenizer import open_tokenizer


def _books(count: int) -> list[Book]:
    return [Book(f"{number}.txt", 1900, ("word " * 1000,)) for number in range(count)]


def test_whole_books_are_held_out() -> None:
    """About the wanted share of words is kept out, as whole books, and no book is in both parts."""
    train, held_out = split_books(_books(100), 0.05, seed=1)
    assert len(held_out) == 5
    assert not {book.name for book in train} & {book.name for book in held_out}
    assert len(train) + len(held_out) == 100


def test_the_split_does_not_depend_on_the_order_of_the_books() -> None:
    """The same books in another order are split in the same way; another seed splits otherwise."""
    books = _books(60)
    names = [
        {book.name for book in split_books(order, 0.1, seed)[1]}
        for order, seed in ((books, 1), (books[::-1], 1), (books, 2))
    ]
    assert names[0] == names[1] != names[2]


def test_one_book_cannot_be_split() -> None:
    """The error says why a second book is needed."""
    with pytest.raises(CorpusError, match="has 1 book with text: give at least two"):
        split_books(_books(1), 0.05, seed=1)


def test_half_of_the_documents_open_with_their_decade() -> None:
    """The decade stands on a line of its own; about half have it, always the same ones."""
    documents = [Document(f"Text {number}.", "1890s", "a.txt") for number in range(1000)]
    opened = [opening(document, 0.5, seed=1) for document in documents]
    assert opened == [opening(document, 0.5, seed=1) for document in documents]
    with_decade = [text for text in opened if text.startswith("1890s\nText ")]
    assert 450 < len(with_decade) < 550
    assert opening(Document("Text.", None, "a.txt"), 1.0, seed=1) == "Text."


def test_shards_hold_the_documents_and_nothing_else(prepared_folder: Path) -> None:
    """Cut at the end of text and decoded, a shard gives back exactly its part's documents."""
    prepared = open_prepared(prepared_folder)
    books = read_books(prepared_folder.parent / "books", prepared_folder.parent / "books.csv")
    for tokens, part in (
        (prepared.train, prepared.manifest.train),
        (prepared.held_out, prepared.manifest.held_out),
    ):
        pieces = np.split(tokens, np.flatnonzero(tokens == prepared.manifest.end_of_text_id))
        texts = [
            prepared.tokenizer.decode(piece.tolist()[1:]) for piece in pieces if len(piece) > 1
        ]
        expected = {
            opening(document, 0.5, seed=1)
            for book in books
            if book.name in part.books
            for document in documents_of(book)
        }
        assert set(texts) == expected
        assert len(texts) == part.documents
        assert len(tokens) == part.tokens


def test_the_same_corpus_gives_the_same_folder(prepared_folder: Path, tmp_path: Path) -> None:
    """Preparing is deterministic to the byte."""
    home = prepared_folder.parent
    settings = PrepareSettings(vocabulary=320, held_out_share=0.2)
    prepare(home / "books", home / "books.csv", tmp_path / "again", settings)
    for path in prepared_folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_any_text_survives_the_tokenizer(prepared_folder: Path) -> None:
    """Byte-level: what was never seen in training is read back exactly."""
    tokenizer = Tokenizer.from_file(str(prepared_folder / "tokenizer.json"))
    text = "Ein Gemälde — 絵画 🎨\n\ttabs  and   spaces\u202e"
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_another_models_tokenizer_can_be_used(prepared_folder: Path, tmp_path: Path) -> None:
    """To go on from a model, the text is prepared with that model's tokenizer."""
    books, table = write_corpus(tmp_path, books=3)
    settings = PrepareSettings(tokenizer=prepared_folder / "tokenizer.json")
    manifest = prepare(books, table, tmp_path / "out", settings)
    assert manifest.vocabulary == 320
    assert (tmp_path / "out" / "train.npy").is_file()


def test_a_tokenizer_without_end_of_text_is_refused(tmp_path: Path) -> None:
    """Without that token no document could end."""
    path = tmp_path / "tokenizer.json"
    path.write_text('{"version": "1.0", "model": {"type": "BPE", "vocab": {}, "merges": []}}')
    with pytest.raises(SettingsError, match=r"without <\|endoftext\|>"):
        open_tokenizer(path)
    path.write_text("{}")
    with pytest.raises(SettingsError, match=r"is not a tokenizer\.json"):
        open_tokenizer(path)


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """When preparing fails half-way, the folder of last time is still whole and nothing is left."""
    books, table = write_corpus(tmp_path, books=3, paragraphs=8)
    out = tmp_path / "out"
    prepare(books, table, out, PrepareSettings(vocabulary=300))
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(SettingsError):
        prepare(books, table, out, PrepareSettings(tokenizer=tmp_path / "none.json"))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books", "books.csv", "out"]


@pytest.mark.parametrize("vocabulary", [0, 256, 65_537])
def test_an_impossible_vocabulary_is_refused(vocabulary: int) -> None:
    """The error says which sizes are possible."""
    with pytest.raises(SettingsError, match="choose 257 to 65536"):
        PrepareSettings(vocabulary=vocabulary)


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, float("nan")])
def test_an_impossible_share_is_refused(share: float) -> None:
    """Something must be held out, and something must be left."""
    with pytest.raises(SettingsError, match="held-out share"):
        PrepareSettings(held_out_share=share)


def test_books_too_short_for_a_document_are_refused(tmp_path: Path) -> None:
    """The error says which part would be empty."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Too short.")
    table = tmp_path / "books.csv"
    table.write_text("file,year\na.txt,\nb.txt,\n")
    with pytest.raises(CorpusError, match="part is too short to make one document"):
        prepare(tmp_path, table, tmp_path / "out", PrepareSettings())


def test_a_folder_that_is_not_prepared_is_refused(prepared_folder: Path, tmp_path: Path) -> None:
    """The error says what is missing or broken in it."""
    with pytest.raises(PreparedError, match=r"has no manifest\.json"):
        open_prepared(tmp_path)
    for path in prepared_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "train.npy").write_bytes(b"not numbers")
    with pytest.raises(PreparedError, match="is not a token shard"):
        open_prepared(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(PreparedError, match="is not a manifest"):
        open_prepared(tmp_path)
