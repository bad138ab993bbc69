"""The Big List of Naughty Strings by Max Woolf and others (MIT licence, kept beside it).

https://github.com/minimaxir/big-list-of-naughty-strings, as of 17 April 2021.
"""

import json
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("naughty_strings")


@cache
def naughty_strings() -> tuple[str, ...]:
    """Return them all, in their order."""
    return tuple(json.loads((_FOLDER / "blns.json").read_text("utf-8")))
