"""What the gallery does not list. A review keeps its own page, whatever words are in it.

The words are those of the package glin-profanity (MIT licence), English alone: among those of other
languages are harmless English ones. It finds them spaced out, with accents and in many disguises.
Words that criticism needs are taken out of its list: a gallery of art without nudes is none.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glin_profanity import Filter  # type: ignore[import-untyped]  # it has no stubs

_WORDS_OF_ART = (
    *("nude", "nudity", "topless", "undressing", "voyeur", "erotic", "erotism", "homoerotic"),
    *("sex", "lovemaking", "intercourse", "orgy", "pornography", "sadism", "incest", "genitals"),
    *("nipple", "nipples", "penis", "vagina", "vulva", "clitoris", "anus", "rectum", "butt"),
    *("rape", "rapist", "lolita", "escort", "domination", "swastika", "strappado", "bastinado"),
    *(
        "ass",
        "bastard",
        "cock",
        "cocks",
        "dick",
        "snatch",
        "suck",
        "sucks",
        "hoe",
        "grope",
        "spunk",
    ),
    *("panties", "panty", "kinky", "sultry women", "tied up", "tongue in a", "taste my", "scat"),
    *("swinger", "throating", "retarded", "skeet", "poof", "busty", "bareback", "pissing", "bs"),
    *("xx", "s&m", "how to kill", "how to murder", "bondage"),
)


def is_fit_for_gallery(*texts: str) -> bool:
    """Tell whether a stranger may be shown these texts without having asked for them."""
    words = _words()
    return not any(words.is_profane(text) for text in texts)


@cache
def _words() -> "Filter":
    # An eighth of a second to import, and most reviews are not for the gallery.
    from glin_profanity import Filter  # noqa: PLC0415

    return Filter({"languages": ["english"], "ignore_words": list(_WORDS_OF_ART)})
