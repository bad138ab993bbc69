"""What texts share with the training corpus, word for word and token for token."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tqdm
from tokenizers import Tokenizer

from functions.generate.originality.archive import Archive, longest_shared_run
from training.evaluation.groups import Group, GroupName
from training.evaluation.token_runs import longest_runs
from training.prepared import Tokens

_SURE = 1.96
"""Standard deviations of a normal distribution between which 95 % lie."""


@dataclass(frozen=True)
class Share:
    """How many of how many, and between which shares the true one lies with 95 % confidence."""

    count: int
    total: int
    low: float
    high: float


@dataclass(frozen=True)
class Example:
    """The longest run of a text that the corpus has too."""

    group: GroupName
    seed: int | None
    words: int
    phrase: str
    """In the form in which words are compared."""


@dataclass(frozen=True)
class TokenExample:
    """A run of 50 tokens or more of a text that the training shard has too."""

    group: GroupName
    seed: int | None
    tokens: int
    text: str


@dataclass(frozen=True)
class Copying:
    """What the texts of one or more groups share with the corpus."""

    name: str
    longest_words: list[int]
    """Each text's longest run of words, ascending."""
    with_token_run: Share
    examples: list[Example]
    """The longest runs of words, the longest first."""
    token_examples: list[TokenExample]


@dataclass(frozen=True)
class Corpus:
    """What copies are looked for in."""

    archive: Archive
    shard: Tokens
    tokenizer: Tokenizer


def copying_of(name: str, groups: Sequence[Group], corpus: Corpus, examples: int) -> Copying:
    """Look all texts of the groups up; keep so many examples at most of either kind."""
    texts = [(group.name, text) for group in groups for text in group.texts]
    found = []
    for group, text in tqdm.tqdm(texts, unit="text", desc=f"copying, {name}"):
        run = longest_shared_run(corpus.archive, text.words)
        phrase = " ".join(text.words[run.end - run.words : run.end])
        found.append(Example(group, text.seed, run.words, phrase))
    runs = longest_runs([text.tokens for _, text in texts], corpus.shard)
    copied = [
        TokenExample(
            group,
            text.seed,
            run.length,
            corpus.tokenizer.decode(text.tokens[run.start : run.start + run.length]),
        )
        for (group, text), run in zip(texts, runs, strict=True)
        if run
    ]
    return Copying(
        name=name,
        longest_words=sorted(example.words for example in found),
        with_token_run=share_of(len(copied), len(texts)),
        examples=_longest(found, examples),
        token_examples=sorted(copied, key=lambda example: -example.tokens)[:examples],
    )


def share_of(count: int, total: int) -> Share:
    """Return a share with its interval of 95 % (Wilson 1927, https://doi.org/10.2307/2276774)."""
    share, weight = count / total, _SURE**2 / total
    middle = share + weight / 2
    reach = _SURE * math.sqrt(share * (1 - share) / total + weight / (4 * total))
    low, high = ((middle + sign * reach) / (1 + weight) for sign in (-1, 1))
    return Share(count, total, max(low, 0.0), min(high, 1.0))


def _longest(found: Iterable[Example], most: int) -> list[Example]:
    """Return the longest runs, each phrase once."""
    longest: dict[str, Example] = {}
    for example in sorted(found, key=lambda example: -example.words):
        longest.setdefault(example.phrase, example)
    return [*longest.values()][:most]
