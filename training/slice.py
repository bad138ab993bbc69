"""A small slice of a corpus: enough to go the whole way to a bundle in minutes, not to learn much.

Where there is no corpus, reviews that a bundle writes take its place, in each of its decades:
whoever has only this repository can try the way.
"""

import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch

from functions.generate.author import Author, Commission, Wish
from functions.generate.bundle import load_bundle
from functions.generate.engine import Engine
from functions.generate.network.fastest import fastest_network
from functions.generate.originality.steering import MOST_SHARED_WORDS
from training.corpus import Document
from training.gathering import Sources, gather

DOCUMENTS = 60
_OPENINGS = ("The portrait", "In this room", "A landscape", "The sculptor", "What we see")
_TOGETHER = 8
_ECCENTRICITY = 8


def slice_of(sources: Sources, documents: int = DOCUMENTS) -> list[Document]:
    """Return so many documents, or all there are, evenly spaced through a corpus."""
    found = [
        document
        for works in gather(sources, held_out_share=0.1, seed=1)
        for document in works.documents()
    ]
    count = min(documents, len(found))
    return [found[number * len(found) // count] for number in range(count)]


def slice_by_bundle(folder: Path, documents: int = DOCUMENTS) -> Iterator[Document]:
    """Let a bundle write the documents, in its decades by turns; it always writes the same."""
    bundle = load_bundle(folder)
    network = fastest_network(bundle, threads=torch.get_num_threads(), places=_TOGETHER)
    author = Author(bundle, Engine(bundle, network, time.monotonic), MOST_SHARED_WORDS)
    decades = bundle.decades or ("",)
    commissions = [
        Commission(
            prompt=_OPENINGS[number % len(_OPENINGS)],
            eccentricity=_ECCENTRICITY,
            seed=number,
            decade=decades[number // len(_OPENINGS) % len(decades)],
        )
        for number in range(documents)
    ]
    pieces = {author.begin(commission): commission for commission in commissions}
    texts = {draft.piece: draft.text for draft in author.drafts(lambda _: Wish.MORE)}
    for piece, commission in pieces.items():  # in their order, whichever was finished first
        yield Document(texts[piece], commission.decade or None, bundle.name)


def write_reviews(documents: Iterable[Document], path: Path) -> None:
    """Write documents as the scraper exports reviews, in JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for document in documents:
            year = int(document.decade.removesuffix("s")) if document.decade else None
            review = {"text": document.text, "year": year, "title": document.work}
            lines.write(json.dumps(review, ensure_ascii=False) + "\n")
