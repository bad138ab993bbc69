"""What the workers of all runs share: the model, its networks, and what each text should be."""

import copy
from dataclasses import replace
from functools import cache
from typing import Any

import boto3

from functions.generate.author import Author, Commission, Wish
from functions.generate.bundle import Bundle
from functions.generate.engine import Engine
from functions.generate.network.fastest import fastest_network
from functions.generate.network.reading import Network

TOKENS = 24
_PLACES = 2
_MOST_SHARED_WORDS = 10


class Studio:
    """The real engine with the bundle that ships, its texts cut at `TOKENS` tokens."""

    def __init__(self, bundle: Bundle) -> None:
        sampling = replace(bundle.sampling, min_tokens=8, max_tokens=TOKENS)
        self.bundle = replace(bundle, sampling=sampling)
        self.queues: Any = boto3.client("sqs")
        self._networks: list[Network] = []
        network = self.take_network()
        engine = Engine(self.bundle, network, lambda: 0.0)
        self._author = Author(self.bundle, engine, _MOST_SHARED_WORDS)
        self.expected = cache(self._written)

    def take_network(self) -> Network:
        """Return a network that nobody uses: a worker that is killed leaves its own behind."""
        if self._networks:
            return self._networks.pop()
        return fastest_network(self.bundle, 1, _PLACES)

    def give_network_back(self, network: Network) -> None:
        """Take a network back from a worker that is gone."""
        self._networks.append(network)

    def author(self, _bundle: Bundle, engine: Engine, _most_shared_words: int) -> Author:
        """Return a new author that shares what is read from the bundle's files."""
        author = copy.copy(self._author)
        author._engine = engine
        author._pieces = {}
        return author

    def _written(self, prompt: str, eccentricity: int, seed: int) -> tuple[str, str]:
        """Return the text that nothing disturbs, and the one that its tokens spell uncut."""
        uncut = prompt
        self._author.begin(Commission(prompt, eccentricity, seed))
        for draft in self._author.drafts(lambda _piece: Wish.A_LOOK):
            if draft.is_done:
                return draft.text, uncut
            uncut = draft.text
        raise AssertionError("the author wrote nothing")
