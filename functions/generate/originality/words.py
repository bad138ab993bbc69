"""Words as they are compared: without case, punctuation, accents' encodings or line breaks."""

import hashlib
import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
"""Letters and digits, with apostrophes inside: `don't` is one word, `art-lover` are two."""


def words_of(text: str) -> list[str]:
    """Return the words of a text, each in the form in which it is compared."""
    return [_form(match.group()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=65_536)
def hash_of(word: str) -> int:
    """Return the 64 bits by which a word is known in an archive's index."""
    digest = hashlib.blake2b(word.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _form(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("\u2019", "'")
