"""Tables and numbers in Markdown, and a page's part that a program writes."""

from collections.abc import Iterable, Sequence

from bench.errors import PageDamaged

NOT_MEASURED = "-"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; every column but the first is set to the right."""
    lines = [head, ("---", *("--:" for _ in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None, digits: int = 1) -> str:
    """Return a number as a table shows it: fewer digits behind the point where there are many."""
    if value is None:
        return NOT_MEASURED
    return f"{value:,.{0 if value >= 100 else digits}f}"


def between(page: str, begin: str, end: str, text: str) -> str:
    """Return the page with `text` between two marks, all else as it was. Raises PageDamaged."""
    before, found_begin, rest = page.partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end) or begin in rest or end in after:
        raise PageDamaged(
            f"the page must hold the lines {begin} and {end} once each, in this order: put them "
            "where the table belongs"
        )
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"
