"""The table of `docs/operating.md`: memory → seconds, GB-seconds, reviews, dollars."""

from collections.abc import Callable
from pathlib import Path

from bench.costs import FREE_GB_SECONDS, FREE_REQUESTS, PRICES, PRICES_AS_OF, Cost, Measured, cost
from bench.errors import ResultsMissing
from bench.figures import REVIEW_TOKENS, Engine
from bench.kinds import OURS, SHIPPED
from bench.markdown import between, number, table
from bench.results import Results
from bench.server_table import SERVER_BEGIN, SERVER_END, server_table
from bench.shapes import Shape
from bench.traffic_table import TRAFFIC_BEGIN, TRAFFIC_END, traffic_table
from functions.generate.threads import engine_threads

BEGIN = "<!-- what a review costs: begin, written by python -m bench costs -->"
END = "<!-- what a review costs: end -->"
_NEW_PAGE = (
    f"# Operating\n\n## What a review costs\n\n{BEGIN}\n{END}\n\n"
    f"## Beside a rented server\n\n{SERVER_BEGIN}\n{SERVER_END}\n\n"
    f"## Many visitors\n\n{TRAFFIC_BEGIN}\n{TRAFFIC_END}\n"
)
_SIZES = (1024, 1769, 2048, 3008, 3538, 5307, 7076)
_BATCHES = (1, 4)

ThreadsFor = Callable[[int, int], int]
"""Memory in MB and a model's parameters → the threads that the engine uses."""


def write_costs(results: Results, page: Path) -> None:
    """Write the tables into the page, which is made where there is none. Raises PageDamaged."""
    text = page.read_text("utf-8") if page.exists() else _NEW_PAGE
    text = between(text, BEGIN, END, cost_tables(results))
    by_model = _by_model(results)
    text = between(text, SERVER_BEGIN, SERVER_END, server_table(by_model))
    text = between(text, TRAFFIC_BEGIN, TRAFFIC_END, traffic_table(by_model))
    page.write_text(text, encoding="utf-8")


def cost_tables(results: Results, threads_for: ThreadsFor = engine_threads) -> str:
    """Return a table for each model that was measured. Raises ResultsMissing."""
    tables = [_table_of(name, costs) for name, costs in _by_model(results, threads_for).items()]
    return "\n\n".join([_explanation(results), *tables])


def _explanation(results: Results) -> str:
    processor = results.machine.get("processor", "a machine")
    x86, arm = PRICES["x86_64"], PRICES["arm64"]
    return (
        f"A review of {REVIEW_TOKENS} tokens, worked out from the measurements of {results.date} "
        f"on {processor}; Lambda's own processors may be faster or slower. Lambda gives one "
        "processor for each 1,769 MB; with less, a review takes longer in proportion. The free "
        f"tier is {FREE_GB_SECONDS:,} GB-seconds and {FREE_REQUESTS:,} requests a month. Beyond it "
        f"a GB-second costs ${x86:.10f} on x86_64 and ${arm:.10f} on arm64, a million requests "
        "$0.20: [prices](https://aws.amazon.com/lambda/pricing/) of us-east-1 as of "
        f"{PRICES_AS_OF}, to be checked there. arm64 is counted as if it were as fast. Not "
        "counted: reading the prompt, the store and the mail (a second at most), and cold starts."
    )


def _by_model(results: Results, threads_for: ThreadsFor = engine_threads) -> dict[str, list[Cost]]:
    """Return each model's costs by memory and batch, under its title."""
    models = [
        (shape, OURS, f"**{shape.name}** (random weights, 4 bits)")
        for shape in reversed(results.shapes)
    ]
    if results.shipped:
        shape = results.shipped.shape
        models.append((shape, SHIPPED.name, f"**{shape.name}** (the bundle that ships)"))
    return {title: _costs_of(results, shape, name, threads_for) for shape, name, title in models}


def _costs_of(results: Results, shape: Shape, name: str, threads_for: ThreadsFor) -> list[Cost]:
    measured = {(one.threads, one.batch): one for one in _measured(results, shape, name)}
    counts = sorted({threads for threads, _ in measured})
    if not counts:
        raise ResultsMissing(
            f"the last run did not measure {name} on {shape.name}; `make bench` measures all"
        )
    costs = []
    for memory in _SIZES:
        if memory > _SIZES[1] * counts[-1]:
            break  # more processors than were measured
        wanted = threads_for(memory, shape.parameters)
        threads = max((count for count in counts if count <= wanted), default=counts[0])
        costs += [
            cost(memory, measured[threads, batch])
            for batch in _BATCHES
            if (threads, batch) in measured
        ]
    return costs


def _table_of(title: str, costs: list[Cost]) -> str:
    return f"{title}:\n\n" + table(_HEADS, [_row(one) for one in costs])


_HEADS = (
    "memory, MB",
    "processors",
    "threads",
    "reviews at once",
    "seconds until ready",
    "GB-seconds a review",
    "free reviews a month",
    "$ per 1,000 more, x86_64",
    "arm64",
)


def _row(one: Cost) -> tuple[str, ...]:
    known = (f"{one.memory:,}", f"{one.processors:.2f}", str(one.threads), str(one.batch))
    if not one.fits:
        return (*known, "does not fit", *("" for _ in _HEADS[5:]))
    return (
        *known,
        number(one.seconds),
        number(one.gb_seconds),
        f"{one.free_reviews:,}",
        *(f"{one.dollars_per_thousand(architecture):.3f}" for architecture in PRICES),
    )


def _measured(results: Results, shape: Shape, name: str) -> list[Measured]:
    counts = {one.threads for one in results.stretches if one.shape == shape.name}
    found = []
    for threads in sorted(counts):
        engine = Engine(results, shape, name, threads)
        for batch in _BATCHES:
            seconds = engine.review_seconds(batch)
            if seconds is not None:
                found.append(Measured(threads, batch, seconds, engine.peak_megabytes(batch)))
    return found
