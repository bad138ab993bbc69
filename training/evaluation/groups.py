"""Texts side by side: held-out documents, and what models wrote behind the same openings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from functions.generate.originality.words import words_of
from training.evaluation.documents import Document
from training.evaluation.samples import Sample

AS_IT_SHIPS = "as it ships"
"""What a reader gets is called so, wherever it stands beside something else of the same model."""

HELD_OUT, MODEL, BASE = "held-out text", "model", "base model"


@dataclass(frozen=True)
class GroupName:
    """Whose texts they are, and how they were written."""

    source: str
    """`held-out text`, `model` or `base model`."""
    eccentricity: int | None = None
    is_steered: bool | None = None
    """Whether the text was kept from going on as the corpus does; None where nothing was."""

    def __str__(self) -> str:
        """Return it as a person would say it."""
        if self.eccentricity is None:
            return self.source
        steering = "" if self.is_steered else ", not steered"
        return f"{self.source}, eccentricity {self.eccentricity}{steering}"


@dataclass(frozen=True)
class Text:
    """A text behind its opening."""

    opening: str
    text: str
    """What follows the opening, as a reader gets it."""
    uncut: str
    """The same with what stands behind its last whole sentence."""
    words: list[str]
    """Those of `text`, as they are compared."""
    tokens: list[int]
    has_ended: bool | None
    """Whether the model ended it, not the limit; None for a person's text."""
    seed: int | None


@dataclass(frozen=True)
class Group:
    """Texts that belong together."""

    name: GroupName
    texts: list[Text]


def held_out_group(documents: Iterable[Document], openings: Sequence[str]) -> Group:
    """Return documents as texts behind their own openings."""
    texts = []
    for document, opening in zip(documents, openings, strict=True):
        rest = document.text[len(opening) :]
        texts.append(Text(opening, rest, rest, words_of(rest), document.tokens, None, None))
    return Group(GroupName(HELD_OUT), texts)


def sample_groups(source: str, samples: Iterable[Sample], tokenizer: Tokenizer) -> list[Group]:
    """Return samples grouped by how they were written, in the order of the first of each."""
    groups: dict[GroupName, list[Text]] = {}
    for sample in samples:
        name = GroupName(source, sample.eccentricity, sample.is_steered)
        groups.setdefault(name, []).append(
            Text(
                opening=sample.prompt,
                text=sample.text,
                uncut=str(tokenizer.decode(sample.tokens)),
                words=words_of(sample.text),
                tokens=sample.tokens,
                has_ended=sample.has_ended,
                seed=sample.seed,
            )
        )
    return [Group(name, texts) for name, texts in groups.items()]
