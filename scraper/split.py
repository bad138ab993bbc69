"""Which part of the corpus a review belongs to: by the hash of its address, for good.

A hash looks at no other review, so a later crawl that finds more moves none across; and a larger
share only adds to what was held out before.
"""

import hashlib
from enum import StrEnum

from scraper.site import Splitting


class Part(StrEnum):
    """To learn from, or to measure on."""

    TRAIN = "train"
    HELD_OUT = "held_out"


def part_of(split_key: str, rules: Splitting) -> Part:
    """Return the part for the key that a page was given when it was first heard of."""
    digest = hashlib.blake2b(
        split_key.encode("utf-8", "replace"), digest_size=8, key=rules.seed.encode()[:64]
    ).digest()
    share = int.from_bytes(digest, "big") / 2**64
    return Part.HELD_OUT if share < rules.held_out else Part.TRAIN
