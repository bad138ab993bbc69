"""Words broken into lines of a given width."""

from collections.abc import Callable, Iterator, Sequence

Measure = Callable[[str], float]
"""Returns the width of words in pixels."""

_STEPS = 7
"""Halvings: the width of balanced lines is found to within a hundredth of the whole."""


def broken(words: str, width: float, measure: Measure) -> list[str]:
    """Return the lines, each as full as it can be; a word wider than a line is cut."""
    lines: list[str] = []
    for word in words.split():
        if lines and measure(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines += _cut(word, width, measure)
    return lines


def balanced(words: str, width: float, measure: Measure) -> list[str]:
    """Return as few lines as `broken` makes, but of lengths as even as they can be.

    Every word must be narrower than a line.
    """
    lines = broken(words, width, measure)
    narrow, wide = 0.0, width
    for _ in range(_STEPS):
        middle = (narrow + wide) / 2
        tried = broken(words, middle, measure)
        is_torn = " ".join(tried) != " ".join(lines)
        if len(tried) > len(lines) or is_torn:
            narrow = middle
        else:
            wide, lines = middle, tried
    return lines


def curtailed(lines: Sequence[str], most: int, width: float, measure: Measure) -> list[str]:
    """Return at most so many lines; where some are left out, the last ends with an ellipsis."""
    if len(lines) <= most:
        return [*lines]
    last = lines[most - 1]
    while last and measure(f"{last}…") > width:
        shorter = last.rpartition(" ")[0]
        last = shorter or last[:-1]
    return [*lines[: most - 1], f"{last.rstrip(' ,;:.')}…"]


def _cut(word: str, width: float, measure: Measure) -> Iterator[str]:
    """Yield a word whole, or in pieces that fit; a piece has one character at least."""
    piece = ""
    for character in word:
        if piece and measure(piece + character) > width:
            yield piece
            piece = ""
        piece += character
    yield piece
