"""A sheet about the corpus: where it comes from, what is in it, what was left out; and a picture.

The same corpus gives the same sheet: it holds no time of its own, only that of the crawl.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scraper.site import Site
from scraper.split import Part

_BIN = 50
_MOST_BINS = 40
_BAR, _HEIGHT, _LEFT, _TOP, _BOTTOM = 18, 220, 56, 16, 44


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of reviews by decade and part, of words, of lengths, of removals."""

    reviews: Counter[tuple[str, Part]] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)

    def count(self, decade: str, part: Part, words: int) -> None:
        """Count one review."""
        self.reviews[decade, part] += 1
        self.words[decade] += words
        self.lengths[words] += 1

    def total(self, part: Part) -> int:
        """Return the number of reviews in a part."""
        return sum(number for (_, in_part), number in self.reviews.items() if in_part is part)

    def __str__(self) -> str:
        return (
            f"{self.total(Part.TRAIN)} reviews to learn from, {self.total(Part.HELD_OUT)} held "
            f"out, {sum(self.words.values())} words, {sum(self.removed.values())} removed"
        )


def datasheet(
    site: Site, tally: Tally, crawled: tuple[float, float], digests: Mapping[str, str]
) -> str:
    """Return the sheet, in Markdown."""
    sections = [
        f"# The corpus `{site.name}`",
        _origin(site, crawled),
        "## What is in it",
        _table(("decade", "to learn from", "held out", "words"), _decades(tally)),
        "![How long the reviews are, in words](lengths.svg)",
        "## What was left out",
        _table(
            ("reason", "reviews"),
            [(reason, str(number)) for reason, number in sorted(tally.removed.items())]
            or [("nothing", "0")],
        ),
        "`removed.csv` lists each of them, and what it repeats.",
        "## How it was made",
        _rules(site),
        "## The files",
        _table(("file", "sha256"), [(name, f"`{digest}`") for name, digest in digests.items()]),
    ]
    return "\n\n".join(sections) + "\n"


def _origin(site: Site, crawled: tuple[float, float]) -> str:
    first, last = (datetime.fromtimestamp(moment, UTC) for moment in crawled)
    permission = site.politeness.permission or "none stated; the archive reserved nothing"
    return (
        f"From {site.base}, crawled from {first:%Y-%m-%d} to {last:%Y-%m-%d} (UTC). "
        f"Permission: {permission}."
    )


def _rules(site: Site) -> str:
    rules, split = site.clean, site.split
    language = f" in the language `{rules.language}`" if rules.language else ""
    seed = f" with the seed {split.seed!r}" if split.seed else ""
    return (
        f"Texts of {rules.fewest_words} to {rules.most_words} words{language}; typographic "
        f"punctuation: {rules.punctuation}; lines that occur on more than "
        f"{rules.recurring_share:.1%} of the pages taken out; texts that share "
        f"{rules.similarity:.0%} or more of their five-word runs with an earlier one removed. "
        f"Held out: {split.held_out:.1%}, by the hash of the address{seed}. One paragraph a line."
    )


def histogram(lengths: Counter[int]) -> str:
    """Return a picture (SVG) of how many reviews have how many words."""
    bins: Counter[int] = Counter()
    for words, number in lengths.items():
        bins[min(words // _BIN, _MOST_BINS)] += number
    last, most = max(bins, default=0), max(bins.values(), default=1)
    width, floor = _LEFT + (last + 1) * _BAR + 24, _TOP + _HEIGHT
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{floor + _BOTTOM}" '
            f'viewBox="0 0 {width} {floor + _BOTTOM}" font-family="sans-serif" font-size="11">'
        ),
        "<title>How long the reviews are, in words</title>",
    ]
    for at in range(last + 1):
        height = round(bins[at] / most * _HEIGHT, 1)
        label = f"{at * _BIN} to {(at + 1) * _BIN - 1}" if at < _MOST_BINS else f"{at * _BIN}+"
        parts.append(
            f'<rect x="{_LEFT + at * _BAR}" y="{floor - height:g}" width="{_BAR - 2}" '
            f'height="{height:g}" fill="#345"><title>{label} words: {bins[at]}</title></rect>'
        )
        if at % 4 == 0:
            parts.append(
                f'<text x="{_LEFT + at * _BAR}" y="{floor + 16}" fill="#222">{at * _BIN}</text>'
            )
    parts += [
        f'<line x1="{_LEFT}" y1="{floor}" x2="{width - 16}" y2="{floor}" stroke="#222"/>',
        f'<text x="{_LEFT - 6}" y="{_TOP + 10}" text-anchor="end" fill="#222">{most}</text>',
        f'<text x="{_LEFT}" y="{floor + 34}" fill="#222">words in a review</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _decades(tally: Tally) -> list[tuple[str, ...]]:
    rows = [
        (
            decade or "not known",
            str(tally.reviews[decade, Part.TRAIN]),
            str(tally.reviews[decade, Part.HELD_OUT]),
            str(tally.words[decade]),
        )
        for decade in sorted(tally.words)
    ]
    whole = (tally.total(Part.TRAIN), tally.total(Part.HELD_OUT), sum(tally.words.values()))
    return [*rows, ("all", *map(str, whole))]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
