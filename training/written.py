"""A few texts that a bundle writes, with the engine that ships, and what they are like.

Each goes on from a piece of held-out text. They are taken as the model leaves them: the site cuts a
review behind its last whole sentence, which would hide how many end in the middle of one.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from functions.generate.bundle import Bundle, load_bundle
from functions.generate.engine import Engine, Request
from functions.generate.network.reading import Ids, Network
from functions.generate.originality.words import words_of
from training.evaluation.measures import returning, share_ending_on_a_sentence
from training.graph import Integers
from training.served import open_served

TEMPERATURE = 0.7  # an eccentricity of 7
WRITTEN_TOGETHER = 5  # texts; each takes up a context's worth of memory
_NO_DEADLINE = float("-inf")  # what the engine's clock shows: no text is ever late


@dataclass(frozen=True)
class Written:
    """What a bundle's texts are like."""

    texts: int
    sentence_ends: float  # share of the texts that end with a sentence
    returning: float  # mean share of words that are among the 128 before them


def written_by(folder: Path, prompts: Integers) -> Written:
    """Let the bundle in a folder write on from prompts (prompts, length), and look at that."""
    with closing(open_served(folder, places=WRITTEN_TOGETHER)) as network:
        return look_at(write_texts(load_bundle(folder), network, list(prompts)))


def write_texts(bundle: Bundle, network: Network, prompts: Sequence[Ids]) -> list[str]:
    """Let a bundle write on from prompts of token ids; the same bundle writes the same.

    Returns what follows each prompt. The network may have any number of places.
    """
    engine = Engine(bundle, network, lambda: _NO_DEADLINE)
    numbers = [
        engine.add(Request(prompt.tolist(), bundle.sampling.at(TEMPERATURE), seed))
        for seed, prompt in enumerate(prompts)
    ]
    written: dict[int, list[int]] = {number: [] for number in numbers}
    while events := engine.step():
        for event in events:
            if event.token is not None:
                written[event.text].append(event.token)
    tokenizer = Tokenizer.from_file(str(bundle.tokenizer_file))
    return [tokenizer.decode(written[number], skip_special_tokens=True) for number in numbers]


def look_at(texts: Sequence[str]) -> Written:
    """Measure texts."""
    shares = [returning(words_of(text)) for text in texts]
    return Written(
        texts=len(texts),
        sentence_ends=round(share_ending_on_a_sentence(texts), 4),
        returning=round(sum(shares) / len(shares), 4),
    )
