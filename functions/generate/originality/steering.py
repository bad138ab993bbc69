"""Keeps a text, while it is being written, from going on word for word as the corpus does."""

from collections.abc import Sequence

from tokenizers import Tokenizer

from functions.generate.originality.archive import Archive
from functions.generate.originality.words import words_of

MOST_SHARED_WORDS = 10
"""The limit where the operator sets none. Set phrases ("in the second half of the fifteenth
century") have up to eight words; what is longer is somebody's sentence."""

_TOKENS_A_WORD = 6
"""So many tokens for each word are looked back at, at most: rare words in a small vocabulary."""


class Steering:
    """Objects to the word with which a text would share more than `most` words in a row."""

    def __init__(self, archive: Archive, tokenizer: Tokenizer, end_of_text: int, most: int) -> None:
        """Take the corpus's index, the model's tokenizer and the limit in words."""
        self._archive = archive
        self._tokenizer = tokenizer
        self._end_of_text = end_of_text
        self._most = most
        self._pieces: dict[int, str] = {}

    def objection(self, tokens: Sequence[int]) -> int:
        """Return how many of the last tokens have to be taken back, 0 for none.

        A word is judged when it is complete, which the token behind it tells: that one goes too.
        """
        if len(tokens) < 2 or not (
            self._begins_behind(tokens[-1]) and self._ends_in_word(tokens[-2])
        ):
            return 0
        back = _TOKENS_A_WORD * (self._most + 1)
        text = self._tokenizer.decode(list(tokens[-1 - back : -1]), skip_special_tokens=True)
        words = words_of(text)[-1 - self._most :]
        if self._archive.shared_run(words) <= self._most:
            return 0
        return len(tokens) - self._begin_of_last_word(tokens)

    def _begin_of_last_word(self, tokens: Sequence[int]) -> int:
        """Return the number of the first token of the word before the last token."""
        begin = len(tokens) - 2
        while begin > 0 and not self._begins_behind(tokens[begin]):
            if not self._ends_in_word(tokens[begin - 1]):
                break
            begin -= 1
        return begin

    def _begins_behind(self, token: int) -> bool:
        """Tell whether a token does not carry on the word before it."""
        return token == self._end_of_text or not self._piece(token)[:1].isalnum()

    def _ends_in_word(self, token: int) -> bool:
        return self._piece(token)[-1:].isalnum()

    def _piece(self, token: int) -> str:
        piece = self._pieces.get(token)
        if piece is None:
            piece = self._pieces[token] = str(self._tokenizer.decode([token]))
        return piece
