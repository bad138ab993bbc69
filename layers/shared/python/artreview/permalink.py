"""A review's id: 16 characters that nobody can guess or count up to."""

from hashlib import blake2b

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o or u (https://www.crockford.com/base32.html)."""

LENGTH = 16
_BYTES = LENGTH * 5 // 8


def permalink_id(nonce: bytes, key: bytes) -> str:
    """Return the id of the review that a form with this nonce makes: 80 bits, keyed BLAKE2b.

    The same nonce gives the same id, so a form that is sent twice is one review. Without the key
    nobody can tell an id from a nonce, or a stranger's id from their own.
    """
    digest = blake2b(nonce, digest_size=_BYTES, key=key, person=b"permalink").digest()
    number = int.from_bytes(digest, "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def is_permalink_id(text: str) -> bool:
    """Tell whether the text has the form of an id, whether or not such a review exists."""
    return len(text) == LENGTH and all(character in ALPHABET for character in text)
