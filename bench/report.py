"""`bench/results.md`, written from the raw numbers."""

from statistics import median

from bench.drawing import VOCABULARY
from bench.figures import Engine, ours
from bench.floors import Floor, floors_of
from bench.kinds import KINDS, OURS, SHIPPED
from bench.markdown import NOT_MEASURED, number, table
from bench.method import method
from bench.plan import CELLS, Cell
from bench.results import FAR, NEAR, Results, Shipped
from bench.shapes import Shape

_CELL_HEADS = tuple(f"{cell.batch} at {cell.position}" for cell in CELLS)


def report(results: Results) -> str:
    """Return the page."""
    parts = [
        "# Our engine beside the others",
        (
            f"Measured on {results.date} with `{results.command}`. `python -m bench report` writes "
            "this page from the raw numbers of the last run."
        ),
        *(part for shape in results.shapes for part in _of_shape(results, shape)),
        *(_of_shipped(results, results.shipped) if results.shipped else ()),
        *_of_drawing(results),
        "## What must be reached",
        _floors(floors_of(results)),
        "## How it was measured",
        method(results),
        "## The machine",
        table(("fact", ""), results.machine.items()),
        "## The versions",
        table(("package", "version"), results.versions.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _of_shape(results: Results, shape: Shape) -> list[str]:
    engines = [Engine(results, shape, name, results.threads) for name in KINDS]
    mine = ours(results, shape)
    failed = {one.engine: one.reason for one in results.failures if one.shape == shape.name}
    speeds = [(_title(one), *_speeds(one)) for one in engines]
    ratios = [
        (_title(one), *(number(mine.ratio(one, cell), 2) for cell in CELLS))
        for one in engines
        if one.name != OURS
    ]
    parts = [
        f"## {shape.name}: {shape.layers} layers, width {shape.width}, {results.threads} threads",
        "Tokens a second of all texts together, by the number of texts and the position in them:",
        table(("engine", *_CELL_HEADS), speeds),
        "How many times as fast ours in 4 bits is:",
        table(("ours ÷", *_CELL_HEADS), ratios),
        "What else counts:",
        table(_OTHER_HEADS, [_others(one) for one in engines]),
    ]
    if failed:
        lines = [f"- {KINDS[name].title}: {reason}" for name, reason in failed.items()]
        parts += ["Without numbers:", "\n".join(lines)]
    return parts


_OTHER_HEADS = (
    "engine",
    "review, s",
    "4 reviews at once, s",
    "load, s",
    "start to first token, s",
    "peak MB, batch 1",
    "peak MB, batch 4",
    f"of the bandwidth, 1 at {NEAR}",
    f"of the bandwidth, 1 at {FAR}",
    "correlation",
)


def _others(one: Engine) -> tuple[str, ...]:
    shares = [one.bandwidth_share(Cell(1, position)) for position in (NEAR, FAR)]
    likeness = one.results.correlations.get(one.shape.name, {}).get(one.name)
    return (
        _title(one),
        number(one.review_seconds(1)),
        number(one.review_seconds(4)),
        number(one.load_seconds(), 2),
        number(one.first_token_seconds(), 2),
        number(one.peak_megabytes(1), 0),
        number(one.peak_megabytes(4), 0),
        *(NOT_MEASURED if share is None else f"{share:.0%}" for share in shares),
        number(likeness, 4),
    )


def _of_shipped(results: Results, shipped: Shipped) -> list[str]:
    shape = shipped.shape
    counts = sorted({one.threads for one in results.stretches if one.shape == shape.name})
    engines = [Engine(results, shape, SHIPPED.name, threads) for threads in reversed(counts)]
    rows = [
        (
            f"{one.threads} thread{'s' if one.threads > 1 else ''}",
            *_speeds(one),
            number(one.review_seconds(1)),
        )
        for one in engines
    ]
    return [
        f"## The bundle that ships: {shape.name}, {shape.layers} layers, width {shape.width}",
        "Tokens a second of all texts together:",
        table(("in the compiled kernels", *_CELL_HEADS, "review, s"), rows),
        _quality(shipped.held_out),
    ]


def _of_drawing(results: Results) -> list[str]:
    if not results.drawings:
        return []
    rows = [
        (
            f"{one.temperature:g}",
            f"{one.top_p:g}",
            f"{one.top_k}" if one.top_k else "all",
            f"{median(one.seconds) * 1000:.3f}",
        )
        for one in results.drawings
    ]
    return [
        "## Drawing a token",
        f"Milliseconds, of a vocabulary of {VOCABULARY:,}, with a repetition penalty:",
        table(("temperature", "top p", "top k", "ms"), rows),
    ]


def _quality(held_out: dict[str, float]) -> str:
    original = held_out.get("perplexity_original")
    quantised = held_out.get("perplexity_quantised")
    if not original or not quantised:
        return "Its `bundle.json` states no perplexity."
    change = quantised / original - 1
    return (
        f"Its perplexity on held-out text, from its `bundle.json`: {original:.2f} with the "
        f"original weights, {quantised:.2f} as it ships ({change:+.2%}). The shapes above have "
        "random weights, of which perplexity tells nothing."
    )


def _floors(floors: list[Floor]) -> str:
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = [
        (floor.what, floor.wanted, floor.found or NOT_MEASURED, words[floor.is_met])
        for floor in floors
    ]
    return table(("what", "wanted", "found", "reached"), rows)


def _speeds(one: Engine) -> tuple[str, ...]:
    return tuple(number(one.speed(cell)) for cell in CELLS)


def _title(one: Engine) -> str:
    title = KINDS[one.name].title
    failed = any(
        (failure.shape, failure.engine) == (one.shape.name, one.name)
        for failure in one.results.failures
    )
    return f"{title} (failed, see below)" if failed else title
