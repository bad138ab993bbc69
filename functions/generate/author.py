"""The author: a prompt becomes a review, shown as it grows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from tokenizers import Tokenizer

from artreview.limits import TEMPERATURE_PER_ECCENTRICITY
from functions.generate.bundle import Bundle
from functions.generate.engine import Engine, Request
from functions.generate.prose import whole_sentences
from functions.generate.sampling import Sampling

_UNFINISHED_CHARACTER = "\ufffd"
"""What the tokenizer makes of a character whose last bytes are still to come."""


@dataclass(frozen=True, slots=True)
class Commission:
    """What is to be written. The same bundle and commission give the same text."""

    prompt: str
    eccentricity: int
    seed: int
    decade: str = ""
    """The decade whose voice is wanted, as `1890s`; empty for none."""


class Wish(Enum):
    """What the reader of a growing text wants after a token."""

    MORE = auto()
    A_LOOK = auto()
    AN_END = auto()
    """No time is left: the text ends with its last whole sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A review while it is being written, or when it is done."""

    text: str
    """The prompt and what follows it."""
    tokens: int
    target_tokens: int
    """How many tokens it may have at most."""
    is_done: bool


class Author:
    """Writes reviews with an engine and its bundle's tokenizer."""

    def __init__(self, bundle: Bundle, engine: Engine) -> None:
        """Read the tokenizer."""
        self._bundle = bundle
        self._engine = engine
        self._tokenizer = Tokenizer.from_file(str(bundle.tokenizer_file))
        self._tokenizer.encode_special_tokens = True  # a visitor's "<|endoftext|>" is mere text

    def drafts(self, commission: Commission, wish: Callable[[], Wish]) -> Iterator[Draft]:
        """Yield a draft whenever a look is wished for, and the finished one at the end.

        `wish` is asked after each token. A caller that stops asking stops the writing.
        """
        target = self._bundle.sampling.max_tokens
        tokens: list[int] = []
        for token in self._engine.stream(self._request(commission)):
            tokens.append(token)
            wanted = wish()
            if wanted is Wish.AN_END:
                break
            if wanted is Wish.A_LOOK:
                text = self._text(commission.prompt, tokens)
                yield Draft(text, len(tokens), target, is_done=False)
        yield self._finished(commission.prompt, tokens)

    def _finished(self, prompt: str, tokens: list[int]) -> Draft:
        """Return the review that these tokens make, up to its last whole sentence."""
        continuation = whole_sentences(self._text("", tokens))
        return Draft(prompt + continuation, len(tokens), len(tokens), is_done=True)

    def _request(self, commission: Commission) -> Request:
        defaults = self._bundle.sampling
        voice = f"{commission.decade}\n" if commission.decade else ""
        sampling = Sampling(
            temperature=commission.eccentricity * TEMPERATURE_PER_ECCENTRICITY,
            top_p=defaults.top_p,
            top_k=defaults.top_k,
            repetition_penalty=defaults.repetition_penalty,
            unrepeated_tokens=defaults.unrepeated_tokens,
            min_tokens=defaults.min_tokens,
            max_tokens=defaults.max_tokens,
        )
        opening = self._tokenizer.encode(voice + commission.prompt).ids
        # Every text that the model has learnt from came behind the end of another one.
        return Request([self._bundle.end_of_text_id, *opening], sampling, commission.seed)

    def _text(self, prompt: str, tokens: list[int]) -> str:
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True)
        return prompt + text.rstrip(_UNFINISHED_CHARACTER)
