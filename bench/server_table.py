"""The third table of `docs/operating.md`: from how many reviews on a rented server costs less.

The server is the smallest of Lightsail's plans that has the memory for 355M: 2 processors, 4 GB. It
may use a fifth of each without end, and more only for what it saved up before
(https://docs.aws.amazon.com/lightsail/latest/userguide/baseline-cpu-performance.html).
"""

from collections.abc import Mapping, Sequence

from bench.costs import Cost
from bench.errors import ResultsMissing
from bench.markdown import table

SERVER_BEGIN = "<!-- a rented server: begin, written by python -m bench costs -->"
SERVER_END = "<!-- a rented server: end -->"
SERVER_DOLLARS = 24
"""A month, used or not."""
_PROCESSORS = 2 * 0.2
_SECONDS_A_MONTH = 365 * 24 * 3600 / 12
_MEMORY = 3008
"""The template's `GenerateMemory`, in MB."""
_ARCHITECTURE = "arm64"
"""The template's."""
_HEADS = (
    "model",
    "reviews at once",
    f"reviews a month for ${SERVER_DOLLARS} on Lambda",
    "reviews a month that the server can write",
)


def server_table(costs_by_model: Mapping[str, Sequence[Cost]]) -> str:
    """Return the table, at the template's memory. Raises ResultsMissing."""
    rows = [_row(title, one) for title, costs in costs_by_model.items() for one in _known(costs)]
    return table(_HEADS, rows)


def reviews_for_the_servers_price(one: Cost) -> int:
    """Return how many reviews a month cost on Lambda what the server costs."""
    paid = SERVER_DOLLARS / one.dollars_per_thousand(_ARCHITECTURE) * 1000
    return one.free_reviews + int(paid)


def reviews_that_the_server_can_write(one: Cost) -> int:
    """Return how many it can write in a month, if it does nothing else, at the pace it may keep."""
    used = min(one.threads, one.processors)
    return int(_PROCESSORS * _SECONDS_A_MONTH / (one.seconds * used / one.batch))


def _known(costs: Sequence[Cost]) -> list[Cost]:
    known = [one for one in costs if one.memory == _MEMORY and one.fits]
    if not known:
        raise ResultsMissing(f"no cost is known at {_MEMORY} MB; `make bench` measures it")
    return known


def _row(title: str, one: Cost) -> tuple[str, ...]:
    counts = (reviews_for_the_servers_price(one), reviews_that_the_server_can_write(one))
    return (title, str(one.batch), *(f"{round(count, -3):,}" for count in counts))
