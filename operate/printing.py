"""What the commands print: tables for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from textwrap import shorten
from typing import Any

from artreview.review import Review
from artreview.site import CorpusFacts
from operate.logs import Entry
from operate.status import Status

_PROMPT_WIDTH = 48


def as_json(value: Any) -> str:  # noqa: ANN401  # whatever JSON can hold
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose columns are as wide as they need to be."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def facts(values: Mapping[str, str]) -> str:
    """Return names and values, the values beneath each other."""
    width = max(map(len, values))
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in values.items())


def moment(seconds: float) -> str:
    """Return a time, UTC, to the minute; a dash where there is none."""
    if not seconds:
        return "-"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def review_list(reviews: Sequence[Review]) -> str:
    """Return reviews as a table."""
    if not reviews:
        return "None."
    rows = [
        [
            review.id,
            review.state.value,
            moment(review.settled_at or review.created_at),
            review.failure or "-",
            one_line(review.prompt),
        ]
        for review in reviews
    ]
    return table(["id", "state", "when (UTC)", "reason", "prompt"], rows)


def reported_list(reviews: Sequence[Review]) -> str:
    """Return hidden reviews as a table, with what the operator has decided."""
    if not reviews:
        return "None."
    rows = [
        [
            review.id,
            moment(review.settled_at),
            moment(review.judged_at) if review.judged_at else "to be judged",
            one_line(review.prompt),
        ]
        for review in reviews
    ]
    return table(["id", "hidden (UTC)", "kept hidden", "prompt"], rows)


def log_table(entries: Sequence[Entry]) -> str:
    """Return what was logged, a line each."""
    if not entries:
        return "None."
    rows = [
        [
            datetime.fromtimestamp(entry.moment, UTC).strftime("%Y-%m-%d %H:%M:%S"),
            entry.function,
            entry.level,
            printable(" ".join([entry.message, *map("=".join, _facts_of(entry))])),
        ]
        for entry in entries
    ]
    return table(["when (UTC)", "function", "level", "what"], rows)


def _facts_of(entry: Entry) -> list[tuple[str, str]]:
    texts = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in entry.facts.items()
        if name != "exception"  # its trace of many lines: `--json` has it
    }
    return [(name, value.replace("\n", " ")) for name, value in texts.items()]


def corpus_line(facts: CorpusFacts) -> str:
    """Return what was counted in a corpus."""
    counts = {"reviews": facts.reviews, "books": facts.books, "authors": facts.authors}
    told = [f"{number:,} {name}" for name, number in counts.items() if number]
    if facts.since:
        told.append(f"{facts.since} to {facts.until}")
    return ", ".join([f"{facts.words:,} words", *told])


def review_data(review: Review) -> dict[str, Any]:
    """Return a review for programs; its address stays out."""
    return {
        "id": review.id,
        "state": review.state.value,
        "prompt": review.prompt,
        "eccentricity": review.eccentricity,
        "decade": review.decade or None,
        "created_at": review.created_at,
        "settled_at": review.settled_at or None,
        "judged_at": review.judged_at or None,
        "failure": review.failure or None,
        "mail": review.mail.value,
        "in_gallery": bool(review.gallery_place),
        "text": review.text,
    }


def review_page(review: Review, url: str) -> str:
    """Return a whole review for the operator to read."""
    known = {
        "id": review.id,
        "page": f"{url}/r/{review.id}",
        "state": review.state.value,
        "asked for": moment(review.created_at),
        "settled": moment(review.settled_at),
        "kept hidden": moment(review.judged_at),
        "eccentricity": str(review.eccentricity),
        "decade": review.decade or "-",
        "mail": review.mail.value,
        "in the gallery": "yes" if review.gallery_place else "no",
        "why it failed": review.failure or "-",
        "prompt": printable(review.prompt),
    }
    return f"{facts(known)}\n\n{printable(review.text) or '(no text)'}"


def status_page(status: Status) -> str:
    """Return the status for people."""
    today = ", ".join(f"{count} {state}" for state, count in status.today.items())
    speed = "not known yet"
    if status.seconds_per_review is not None:
        speed = f"{status.tokens_per_second:.0f} tokens a second, "
        speed += f"{status.seconds_per_review:.1f} s a review"
    return facts(
        {
            "waiting": f"{status.waiting}, the oldest for {_length(status.oldest_seconds)}"
            if status.waiting
            else "nothing",
            "dead letters": f"{status.dead_letters} (`failed` lists what was given up)",
            "today (UTC)": f"{today}; the ceiling is {status.daily_ceiling:,}",
            "speed lately": speed,
            "this month": f"{status.gb_seconds_this_month:,.0f} GB-seconds of writing, about "
            f"{status.free_share:.1%} of the free tier",
        }
    )


def one_line(text: str) -> str:
    """Return the beginning of a text, on one line."""
    return shorten(printable(text), _PROMPT_WIDTH, placeholder="…") or "-"


def printable(text: str) -> str:
    """Return a visitor's text without what would move a terminal's cursor or colour it."""
    return "".join(
        sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text
    )


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
