"""The held-out documents, as the evaluation uses them: their opening words, their decade."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from training.errors import EvaluationError
from training.prepared import Prepared, Tokens, documents_in

_DECADE = re.compile(r"\A(\d{3}0s)\n")
_MOST_CHARACTERS = 255  # of a visitor's prompt


@dataclass(frozen=True)
class Document:
    """A document of a shard."""

    text: str
    """Without the decade that it may open with."""
    decade: str | None
    """The decade that it opens with, as `1890s`; None where it shows none."""
    tokens: list[int]
    """As the shard has them, the line with the decade among them, without the ends of text."""


def documents_of(prepared: Prepared, shard: Tokens) -> Iterator[Document]:
    """Yield the documents of a shard, in its order, which is that of a hash of their text."""
    for tokens in documents_in(shard, prepared.manifest.end_of_text_id):
        text = str(prepared.tokenizer.decode(tokens))
        decade = _DECADE.match(text)
        if decade:
            yield Document(text[decade.end() :], decade[1], tokens)
        elif text:
            yield Document(text, None, tokens)


def opening_of(text: str, words: int) -> str:
    """Return the first words of a text, as it has them: a prompt such as a visitor might type."""
    match = re.match(rf"\s*(?:\S+\s+){{{words - 1}}}\S+", text)
    return (match.group() if match else text)[:_MOST_CHARACTERS]


def first_documents(prepared: Prepared, count: int) -> list[Document]:
    """Return the first held-out documents, `count` at most. Raises EvaluationError for none."""
    found = [
        document
        for document, _ in zip(
            documents_of(prepared, prepared.held_out), range(count), strict=False
        )
    ]
    if not found:
        raise EvaluationError(
            f"{prepared.folder} has no held-out document to take an opening from: prepare again"
        )
    return found
