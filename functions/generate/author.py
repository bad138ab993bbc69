"""The author: prompts become reviews, several at once, each shown as it grows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from tokenizers import Tokenizer

from artreview.limits import TEMPERATURE_PER_ECCENTRICITY
from functions.generate.bundle import Bundle
from functions.generate.engine import Engine, Event, Objection, Request
from functions.generate.originality.archive import Archive, longest_shared_run
from functions.generate.originality.steering import Steering
from functions.generate.originality.words import words_of
from functions.generate.prose import whole_sentences

_SPELLED_END = "<|endoftext|>"
"""A fine-tune of gpt-2-simple writes its end of text out, in tokens of its letters."""

_NO_CHARACTER = "\ufffd"
"""What the tokenizer makes of bytes that are no character: others are still to come, or the model,
which writes some characters byte by byte, never wrote them."""
_STRAY = re.compile(rf"(?<=\w){_NO_CHARACTER}+(?=\w)")
"""Between letters: left out, it would join two words that were looked up as two."""


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
    NO_MORE = auto()
    """Nobody wants it any longer: it is dropped, without another draft."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A review while it is being written, or when it is done."""

    piece: int
    """Which one, by the number that `begin` gave it."""
    text: str
    """The prompt and what follows it."""
    tokens: int
    target_tokens: int
    """How many tokens it may have at most."""
    is_done: bool
    shared_words: int | None = None
    """The longest run of words behind the prompt that the corpus has too; None until it is done."""


_GOES_ON = re.compile(r"[^\W_]|-")
"""How a token begins that would lengthen the word before it."""


class Author:
    """Writes reviews with an engine and its bundle's tokenizer and index of the corpus."""

    def __init__(self, bundle: Bundle, engine: Engine, most_shared_words: int) -> None:
        """Read the tokenizer; a text may share so many words in a row with the corpus at most."""
        self._bundle = bundle
        self._engine = engine
        self._tokenizer = Tokenizer.from_file(str(bundle.tokenizer_file))
        self._tokenizer.encode_special_tokens = True  # a visitor's "<|endoftext|>" is mere text
        self._archive = Archive(bundle.originality_file)
        self._steering = Steering(
            self._archive, self._tokenizer, bundle.end_of_text_id, most_shared_words
        )
        self._pieces: dict[int, _Piece] = {}

    @property
    def free_places(self) -> int:
        """How many more reviews can be begun that need not wait for another to end."""
        return self._engine.free_places

    def begin(self, commission: Commission, deadline: float = float("inf")) -> int:
        """Take a review in hand and return its number.

        At `deadline` (on the engine's clock) it ends with its last whole sentence. Raises
        PromptRefused.
        """
        number = self._engine.add(self._request(commission), deadline)
        self._pieces[number] = _Piece(commission.prompt, [])
        return number

    def drafts(self, wish: Callable[[int], Wish]) -> Iterator[Draft]:
        """Write what was begun; yield a draft whenever one is wished for, and each finished one.

        `wish` is asked after each token of each review, by its number. More may be begun meanwhile.
        A caller that stops asking stops the writing.
        """
        try:
            while self._pieces:
                for event in self._engine.step():
                    if event.text in self._pieces:
                        yield from self._drafts_of(event, wish)
        finally:
            for number in [*self._pieces]:
                self._forget(number)

    def _drafts_of(self, event: Event, wish: Callable[[int], Wish]) -> Iterator[Draft]:
        piece = self._pieces[event.text]
        del piece.tokens[len(piece.tokens) - event.taken_back :]
        if event.token is not None:
            piece.tokens.append(event.token)
        if event.ending is not None or self._ends_spelled_out(piece.tokens):
            self._forget(event.text)
            yield self._finished(event.text, piece)
            return
        wanted = wish(event.text)
        if wanted is Wish.NO_MORE:
            self._forget(event.text)
        elif wanted is Wish.A_LOOK:
            text = self._text(piece.prompt, piece.tokens)
            target = self._bundle.sampling.max_tokens
            yield Draft(event.text, text, len(piece.tokens), target, is_done=False)

    def _ends_spelled_out(self, tokens: list[int]) -> bool:
        """Tell whether the newest token completes an end of text in letters."""
        if not tokens or ">" not in self._tokenizer.decode(tokens[-1:]):
            return False
        return _SPELLED_END in self._tokenizer.decode(tokens[-len(_SPELLED_END) :])

    def _forget(self, number: int) -> None:
        self._engine.drop(number)
        del self._pieces[number]

    def _finished(self, number: int, piece: "_Piece") -> Draft:
        """Return the review that these tokens make, up to its last whole sentence."""
        written, _, _ = self._text("", piece.tokens).partition(_SPELLED_END)
        continuation = whole_sentences(written)
        count = len(piece.tokens)
        shared = longest_shared_run(self._archive, words_of(continuation))
        return Draft(
            piece=number,
            text=piece.prompt + continuation,
            tokens=count,
            target_tokens=count,
            is_done=True,
            shared_words=shared.words,
        )

    def _request(self, commission: Commission) -> Request:
        voice = f"{commission.decade}\n" if commission.decade else ""
        temperature = commission.eccentricity * TEMPERATURE_PER_ECCENTRICITY
        opening = self._tokenizer.encode(voice + commission.prompt).ids
        # Every text that the model has learnt from came behind the end of another one.
        return Request(
            prompt=[self._bundle.end_of_text_id, *opening],
            sampling=self._bundle.sampling.at(temperature),
            seed=commission.seed,
            objection=self._objection_behind(commission.prompt),
        )

    def _objection_behind(self, prompt: str) -> Objection:
        """Return what keeps a text from its archive's words, and the prompt's last word whole.

        A horse stays a horse: the first token may not make a horseman of it. What a visitor left in
        the middle of a word is taken for a word too.
        """
        if not prompt[-1:].isalnum():
            return self._steering.objection

        def objection(tokens: Sequence[int]) -> int:
            if len(tokens) == 1 and _GOES_ON.match(self._tokenizer.decode([*tokens])):
                return 1
            return self._steering.objection(tokens)

        return objection

    def _text(self, prompt: str, tokens: list[int]) -> str:
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True)
        before = prompt[-1:]
        written = _STRAY.sub(" ", before + text)[len(before) :]
        return prompt + written.replace(_NO_CHARACTER, "")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A review in hand."""

    prompt: str
    tokens: list[int]
