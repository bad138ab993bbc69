"""A corpus becomes a prepared folder: a tokenizer, two token shards and a manifest.

    train.npy        token ids of the documents to learn from, one after another (uint16)
    held_out.npy     the same of whole books and reviews that are never learned from
    tokenizer.json   byte-level BPE, learned from the training documents alone
    manifest.json    how it was made, the sizes, the decades

Documents are separated by the end-of-text token. Where a document's year is known, about half of
them, chosen by the hash of their text, open with their decade on a line of its own, so that the
model learns to write with it and without it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.corpus import Document
from training.errors import CorpusError, SettingsError
from training.files import whole_folder
from training.gathering import Sources, Works, gather
from training.leaks import find_leaks
from training.splitting import fraction
from training.tokenizer import (
    END_OF_TEXT,
    LARGEST_VOCABULARY,
    SMALLEST_VOCABULARY,
    learn_tokenizer,
    open_tokenizer,
)


@dataclass(frozen=True)
class PrepareSettings:
    """What `prepare` may vary."""

    vocabulary: int = 8192
    tokenizer: str | Path | None = None  # another model's, to go on from it; None: learn one
    held_out_share: float = 0.05
    decade_share: float = 0.5
    drop_leaks: bool = False  # leave out held-out documents that the training part has as well
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

    books: list[str]  # their names; reviews are counted only
    documents: int
    words: int
    characters: int
    tokens: int
    reviews: int = 0  # that became a document or more


@dataclass(frozen=True)
class Manifest:
    """What a prepared folder holds; written as `manifest.json`."""

    vocabulary: int
    end_of_text_id: int
    seed: int
    train: Part
    held_out: Part
    decades: dict[str, int]  # decade -> training documents that stem from it
    too_short: int = 0  # reviews left out of both parts
    leaks_dropped: int = 0  # held-out documents left out because the training part has them


def prepare(books: Path, table: Path | None, out: Path, settings: PrepareSettings) -> Manifest:
    """Prepare a folder of books alone; see `prepare_corpus`."""
    return prepare_corpus(Sources(books, table), out, settings)


def prepare_corpus(sources: Sources, out: Path, settings: PrepareSettings) -> Manifest:
    """Write the prepared folder `out`; it is whole or not there. Raises CorpusError."""
    works, held_out_works = gather(sources, settings.held_out_share, settings.seed)
    train, held_out = works.documents(), held_out_works.documents()
    kept = _without_leaks(train, held_out, drop=settings.drop_leaks)
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
            train=_part(works, train, _write(staging / "train.npy", train, tokenizer, settings)),
            held_out=_part(
                held_out_works, kept, _write(staging / "held_out.npy", kept, tokenizer, settings)
            ),
            decades=_count_decades(train),
            too_short=works.too_short() + held_out_works.too_short(),
            leaks_dropped=len(held_out) - len(kept),
        )
        (staging / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    return manifest


def opening(document: Document, decade_share: float, seed: int) -> str:
    """Return the document as the model sees it, with its decade ahead for a chosen share."""
    if document.decade is None or fraction(f"decade {document.text}", seed) >= decade_share:
        return document.text
    return f"{document.decade}\n{document.text}"


def _without_leaks(
    train: Sequence[Document], held_out: Sequence[Document], *, drop: bool
) -> list[Document]:
    """Return the held-out documents that the training part does not have. Raises CorpusError."""
    leaks = find_leaks(train, held_out)
    if not leaks:
        return list(held_out)
    worst = max(leaks, key=lambda leak: leak.share)
    if not drop:
        raise CorpusError(
            f"{len(leaks)} of {len(held_out)} held-out documents are in the training part too, "
            f"among them one of {worst.held_out.work}, which shares {worst.share:.0%} of its words "
            f"with {worst.train.work}: take one of the two out of the corpus, or give --leaks drop "
            "to leave such documents out of the held-out part"
        )
    leaking = {id(leak.held_out) for leak in leaks}
    kept = [document for document in held_out if id(document) not in leaking]
    if not kept:
        raise CorpusError(
            f"all {len(held_out)} held-out documents are in the training part too, as "
            f"{worst.held_out.work} in {worst.train.work}: nothing is left to measure by"
        )
    return kept


def _write(
    path: Path, documents: Sequence[Document], tokenizer: Tokenizer, settings: PrepareSettings
) -> int:
    """Write a token shard; return its tokens."""
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    tokenizer.encode_special_tokens = True  # where a text has the words, they are words
    # Shuffled by hash, so that neighbours in the shard are not neighbours in a book.
    order = sorted(documents, key=lambda document: fraction(document.text, settings.seed))
    texts = [opening(document, settings.decade_share, settings.seed) for document in order]
    ids = [end_of_text]
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        ids.extend(encoding.ids)
        ids.append(end_of_text)
    np.save(path, np.asarray(ids, dtype=np.uint16))
    return len(ids)


def _part(works: Works, documents: Sequence[Document], tokens: int) -> Part:
    present = {document.work for document in documents}
    return Part(
        books=sorted(book.name for book in works.books if book.name in present),
        documents=len(documents),
        words=sum(document.words for document in documents),
        characters=sum(len(document.text) for document in documents),
        tokens=tokens,
        reviews=sum(review.name in present for review in works.reviews),
    )


def _count_decades(documents: Iterable[Document]) -> dict[str, int]:
    counts = Counter(document.decade for document in documents if document.decade)
    return {decade: counts[decade] for decade in sorted(counts)}
