"""What the site knows about itself, in DynamoDB: the model that writes, how fast it does, examples.

One item a fact, its key `name`. Model and pace are published by `generate`, which alone has the
model; the pages and the form read them, so they tell of what really runs and never of what was
meant to. Which reviews are featured is the operator's choice, and so is what is told of the corpus
beyond what the bundle says.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table

_PACE = "pace"
_MODEL = "model"
_FEATURED = "featured"
_CORPUS = "corpus"
_WEIGHT_OF_NEWEST = 0.3
"""About the last six reviews count: the estimate follows a change of memory size soon."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast reviews have been written lately: moving averages over the last few."""

    tokens_per_second: float
    seconds_per_review: float


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What visitors are told about the model, from the bundle's own `bundle.json`."""

    name: str
    hash: str
    """The first 12 hexadecimal digits of the SHA-256 over the hashes of the bundle's files."""
    base_model: str
    parameters: int
    license_of_weights: str
    license_of_corpus: str
    decades: tuple[str, ...]
    """The decades whose voice it has learnt, as `1890s`; empty where it knows none."""
    corpus_books: int
    corpus_words: int


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """What the operator has counted in the corpus of a model, beyond what its bundle says."""

    model_hash: str
    """Of the model that learned from it: no other is told about by these numbers."""
    words: int
    reviews: int = 0
    books: int = 0
    authors: int = 0
    since: str = ""
    """The first year or decade, as `1962` or `1790s`; empty where no text has a year."""
    until: str = ""


class SiteFacts:
    """The facts, by name."""

    def __init__(self, table: "Table") -> None:
        """Keep the table, whose key is `name`."""
        self._table = table

    def pace(self) -> Pace | None:
        """Return the pace, or None before the first review."""
        item = self._table.get_item(Key={"name": _PACE}).get("Item")
        if item is None:
            return None
        return Pace(
            tokens_per_second=float(str(item["tokens_per_second"])),
            seconds_per_review=float(str(item["seconds_per_review"])),
        )

    def record_pace(self, newest: Pace) -> None:
        """Take one more review into the average.

        Two workers that do so at once may lose one of the two: an average can bear that.
        """
        before = self.pace() or newest

        def blended(old: float, new: float) -> Decimal:
            return Decimal(f"{old + _WEIGHT_OF_NEWEST * (new - old):.3f}")

        self._table.put_item(
            Item={
                "name": _PACE,
                "tokens_per_second": blended(before.tokens_per_second, newest.tokens_per_second),
                "seconds_per_review": blended(before.seconds_per_review, newest.seconds_per_review),
            }
        )

    def model(self) -> ModelFacts | None:
        """Return the model that writes.

        None before `generate` ran for the first time, and where an older release published facts
        that lack what this one tells: the next run of `generate` puts that right.
        """
        item = self._table.get_item(Key={"name": _MODEL}).get("Item")
        if item is None:
            return None
        published = json.loads(str(item["facts"]))
        names = [field.name for field in fields(ModelFacts)]
        if not all(name in published for name in names):
            return None
        facts = {name: published[name] for name in names}
        return ModelFacts(**facts | {"decades": tuple(facts["decades"])})

    def featured(self) -> tuple[str, ...]:
        """Return the ids of the reviews that the operator chose as examples, in that order."""
        item = self._table.get_item(Key={"name": _FEATURED}).get("Item")
        return tuple(json.loads(str(item["ids"]))) if item else ()

    def feature(self, ids: Sequence[str]) -> None:
        """Choose these as examples, in this order, and no others."""
        self._table.put_item(Item={"name": _FEATURED, "ids": json.dumps(list(ids))})

    def corpus(self) -> CorpusFacts | None:
        """Return what the operator has counted, or None."""
        item = self._table.get_item(Key={"name": _CORPUS}).get("Item")
        return CorpusFacts(**json.loads(str(item["facts"]))) if item else None

    def publish_corpus(self, facts: CorpusFacts) -> None:
        """Tell the page about the site what the operator has counted."""
        self._table.put_item(Item={"name": _CORPUS, "facts": json.dumps(asdict(facts))})

    def remove_corpus(self) -> None:
        """Tell it no more."""
        self._table.delete_item(Key={"name": _CORPUS})

    def publish_model(self, facts: ModelFacts) -> None:
        """Tell the pages and the form which model writes from now on."""
        self._table.put_item(Item={"name": _MODEL, "facts": json.dumps(asdict(facts))})
