"""Books become a prepared folder: a tokenizer, two token shards and a manifest.

    train.npy        token ids of the documents to learn from, one after another (uint16)
    held_out.npy     the same of whole books that are never learned from
    tokenizer.json   byte-level BPE, learned from the training documents alone
    manifest.json    how it was made, the sizes, the decades

Documents are separated by the end-of-text token. Where a document's year is known, about half of
them, chosen by the hash of their text, open with their decade on a line of its own, so that the
model learns to write with it and without it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from training.corpus import Book, Document, documents_of, read_books
from training.errors import CorpusError, SettingsError
from training.files import whole_folder

END_OF_TEXT = "<|endoftext|>"
SMALLEST_VOCABULARY = 257  # every byte and the end of text
LARGEST_VOCABULARY = 65_536  # what two bytes a token can hold


@dataclass(frozen=True)
class PrepareSettings:
    """What `prepare` may vary."""

    vocabulary: int = 8192
    tokenizer: Path | None = None  # another model's, to go on from that model; None: learn one
    held_out_share: float = 0.05
    decade_share: float = 0.5
    seed: int = 1

    def __post_init__(self) -> None:
        if not SMALLEST_VOCABULARY <= self.vocabulary <= LARGEST_VOCABULARY:
            raise SettingsError(
                f"a vocabulary of {self.vocabulary} is not possible: "
                f"choose {SMALLEST_VOCABULARY} to {LARGEST_VOCABULARY}"
            )
        if not 0 < self.held_out_share < 1:
            raise SettingsError(
                f"a held-out share of {self.held_out_share} is not possible: "
                "choose more than 0 and less than 1, as 0.05"
            )


@dataclass(frozen=True)
class Part:
    """The size of one part of the corpus: the training part or the held-out part."""

    books: list[str]
    documents: int
    words: int
    characters: int
    tokens: int


@dataclass(frozen=True)
class Manifest:
    """What a prepared folder holds; written as `manifest.json`."""

    vocabulary: int
    end_of_text_id: int
    seed: int
    train: Part
    held_out: Part
    decades: dict[str, int]  # decade -> training documents that stem from it


def prepare(folder: Path, table: Path, out: Path, settings: PrepareSettings) -> Manifest:
    """Write the prepared folder `out` from the books in `folder`; it is whole or not there."""
    books = read_books(folder, table)
    train_books, held_out_books = split_books(books, settings.held_out_share, settings.seed)
    train = [document for book in train_books for document in documents_of(book)]
    held_out = [document for book in held_out_books for document in documents_of(book)]
    if not train or not held_out:
        short = "training" if not train else "held-out"
        raise CorpusError(
            f"the {short} books are too short to make one document of 100 words: give longer books"
        )
    with whole_folder(out) as staging:
        if settings.tokenizer is None:
            tokenizer = learn_tokenizer([document.text for document in train], settings.vocabulary)
        else:
            tokenizer = open_tokenizer(settings.tokenizer)
        tokenizer.save(str(staging / "tokenizer.json"))
        manifest = Manifest(
            vocabulary=tokenizer.get_vocab_size(),
            end_of_text_id=tokenizer.token_to_id(END_OF_TEXT),
            seed=settings.seed,
            train=_write_part(staging / "train.npy", train, tokenizer, settings),
            held_out=_write_part(staging / "held_out.npy", held_out, tokenizer, settings),
            decades=_count_decades(train),
        )
        (staging / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    return manifest


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
    order = sorted(books, key=lambda book: _fraction(f"book {book.name}", seed))
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


def learn_tokenizer(texts: Sequence[str], vocabulary: int) -> Tokenizer:
    """Learn a byte-level BPE: every text can be written with it, and read back exactly."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer, length=len(texts))
    return tokenizer


def open_tokenizer(path: Path) -> Tokenizer:
    """Open a tokenizer.json of another model; it must know the end of text."""
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more specific
        raise SettingsError(f"{path} is not a tokenizer.json: {error}") from error
    size = tokenizer.get_vocab_size()
    ends = tokenizer.token_to_id(END_OF_TEXT) is not None
    if not ends or size > LARGEST_VOCABULARY:
        raise SettingsError(
            f"{path} has {size} tokens, {'with' if ends else 'without'} {END_OF_TEXT}: "
            f"it must have that one and at most {LARGEST_VOCABULARY}"
        )
    return tokenizer


def opening(document: Document, decade_share: float, seed: int) -> str:
    """Return the document as the model sees it, with its decade ahead for a chosen share."""
    if document.decade is None or _fraction(f"decade {document.text}", seed) >= decade_share:
        return document.text
    return f"{document.decade}\n{document.text}"


def _write_part(
    path: Path, documents: Sequence[Document], tokenizer: Tokenizer, settings: PrepareSettings
) -> Part:
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    # Shuffled by hash, so that neighbours in the shard are not neighbours in a book.
    order = sorted(documents, key=lambda document: _fraction(document.text, settings.seed))
    texts = [opening(document, settings.decade_share, settings.seed) for document in order]
    ids = [end_of_text]
    for encoding in tokenizer.encode_batch(texts):
        ids.extend(encoding.ids)
        ids.append(end_of_text)
    np.save(path, np.asarray(ids, dtype=np.uint16))
    return Part(
        books=sorted({document.book for document in documents}),
        documents=len(documents),
        words=sum(document.words for document in documents),
        characters=sum(len(document.text) for document in documents),
        tokens=len(ids),
    )


def _count_decades(documents: Iterable[Document]) -> dict[str, int]:
    counts = Counter(document.decade for document in documents if document.decade)
    return {decade: counts[decade] for decade in sorted(counts)}


def _fraction(text: str, seed: int) -> float:
    """Map a text to a number from 0 to 1 that depends on the text and the seed alone."""
    digest = hashlib.blake2b(text.encode(), digest_size=8, key=str(seed).encode()).digest()
    return int.from_bytes(digest, "big") / 2**64
