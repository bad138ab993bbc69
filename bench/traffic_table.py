"""The second table of `docs/operating.md`: submissions a minute → functions, mails, dollars."""

from collections.abc import Mapping, Sequence
from math import ceil

from bench.costs import FREE_GB_SECONDS, FREE_REQUESTS, PRICES, REQUEST_PRICE, Cost
from bench.errors import ResultsMissing
from bench.markdown import number, table

TRAFFIC_BEGIN = "<!-- many visitors: begin, written by python -m bench costs -->"
TRAFFIC_END = "<!-- many visitors: end -->"
_MEMORY = 3008
"""The template's `GenerateMemory`, in MB."""
_BATCH = 4
"""The template's `GenerateBatch`."""
_RATES = (1, 100, 10_000)
_MINUTES_A_MONTH = 365 * 24 * 60 / 12
_ARCHITECTURE = "arm64"
"""The template's."""
_HEADS = (
    "submissions a minute",
    "functions that write at once",
    "seconds until ready",
    "mails a day, if each wants one",
    "$ a month for writing",
)


def traffic_table(costs_by_model: Mapping[str, Sequence[Cost]]) -> str:
    """Return a table for each model, at the template's defaults. Raises ResultsMissing."""
    return "\n\n".join(
        f"{title}:\n\n" + table(_HEADS, [_row(rate, costs) for rate in _RATES])
        for title, costs in costs_by_model.items()
    )


def _row(rate: int, costs: Sequence[Cost]) -> tuple[str, ...]:
    chosen = _written(rate, costs)
    functions = ceil(rate / 60 * chosen.seconds / chosen.batch)
    reviews = rate * _MINUTES_A_MONTH
    paid = max(0.0, reviews * chosen.gb_seconds - FREE_GB_SECONDS) * PRICES[_ARCHITECTURE]
    paid += max(0.0, reviews / chosen.batch - FREE_REQUESTS) * REQUEST_PRICE
    return (
        f"{rate:,}",
        f"{functions:,}",
        number(chosen.seconds),
        f"{rate * 24 * 60:,}",
        number(paid, digits=0),
    )


def _written(rate: int, costs: Sequence[Cost]) -> Cost:
    """Return how reviews are written: several together once they come faster than one is done."""
    known = {one.batch: one for one in costs if one.memory == _MEMORY and one.fits}
    if 1 not in known:
        raise ResultsMissing(f"no cost is known at {_MEMORY} MB; `make bench` measures it")
    is_busy = rate / 60 * known[1].seconds > 1
    return known.get(_BATCH, known[1]) if is_busy else known[1]
