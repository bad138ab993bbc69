"""The report as one HTML page that needs nothing else: no script, no picture from elsewhere."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from training.evaluation.charts import Chart, Interval, Series, intervals_svg, svg_of
from training.evaluation.copying import Copying
from training.evaluation.curves import Curves
from training.evaluation.decades import DecadeFigures
from training.evaluation.explained import EXPLAINED, Explained
from training.evaluation.figures import COMPARED_WORDS, TextFigures
from training.evaluation.findings import findings_of, gaps_of
from training.evaluation.groups import BASE, HELD_OUT, MODEL
from training.evaluation.report import Report
from training.evaluation.templating import html_templates
from training.evaluation.token_runs import LENGTH

_MOST_WORDS = 40
"""Where the picture of the copied runs ends; the table tells the longest."""


def page_of(report: Report) -> str:
    """Return the page."""
    return (
        html_templates()
        .get_template("report.html")
        .render(
            report=report,
            findings=findings_of(report),
            gaps=gaps_of(report.perplexities),
            explained=EXPLAINED,
            compared_words=COMPARED_WORDS,
            heading=heading,
            run_length=LENGTH,
            charts=[
                _figure_chart(explained, report.figures)
                for explained in EXPLAINED
                if explained.has_chart
            ],
            copying_chart=_copying_chart(report.copying),
            decades_chart=_decades_chart(report.decades) if report.decades else None,
            curves_chart=curves_chart(report.curves) if report.curves else None,
        )
    )


def heading(figures: TextFigures) -> str:
    """Return what stands above a column of figures."""
    if figures.group.source == MODEL:
        return f"ecc. {figures.group.eccentricity}"
    return "held out" if figures.group.source == HELD_OUT else "base"


def curves_chart(curves: Curves, *, is_alone: bool = False) -> Markup:
    """Return the losses of a run as a picture; `is_alone`: for a file of its own."""
    series = [
        Series("training text", _points(curves, "train"), 1),
        Series("held-out text", _points(curves, "held_out"), 2, has_dots=True),
    ]
    chart = Chart(
        "Loss in nats a token",
        f"tokens seen, in {curves.minutes:.0f} minutes",
        series,
        width=440,
        height=260,
        has_legend=True,
        y_from_zero=False,
    )
    return svg_of(chart, is_alone=is_alone)


def _points(curves: Curves, part: str) -> list[tuple[float, float]]:
    return [(point.tokens, point.loss) for point in getattr(curves, part)]


def _figure_chart(explained: Explained, figures: Sequence[TextFigures]) -> Markup:
    """Return a figure against the eccentricity, with that of held-out text as a level."""

    def points(source: str) -> list[tuple[float, float]]:
        values = ((found, explained.of(found)) for found in figures)
        return [
            (float(found.group.eccentricity or 0), value)
            for found, value in values
            if value is not None and found.group.source == source
        ]

    series = [
        Series("held-out text", points(HELD_OUT), 2, "level"),
        Series("model", points(MODEL), 1, has_dots=True),
        Series("base model", points(BASE), 3, "dots"),
    ]
    return svg_of(Chart(explained.name, "eccentricity", series, x_ticks=(1, 3, 5, 7, 10)))


def _copying_chart(copying: Sequence[Copying]) -> Markup:
    """Return the share of texts that share a run of so many words or more."""
    longest = min(max(found.longest_words[-1] for found in copying), _MOST_WORDS)
    colours = iter((1, 4, 2, 3))
    series = [
        Series(found.name, [*_survival(found.longest_words, longest)], next(colours))
        for found in copying
    ]
    chart = Chart(
        "Share of texts, in percent",
        "with so many words in a row, or more, that the corpus has too",
        series,
        width=440,
        height=240,
        has_legend=True,
    )
    return svg_of(chart)


def _survival(runs: Sequence[int], longest: int) -> Iterator[tuple[float, float]]:
    for words in range(1, longest + 1):
        yield float(words), 100 * sum(run >= words for run in runs) / len(runs)


def _decades_chart(decades: DecadeFigures) -> Markup:
    intervals = [
        Interval(f"{name}, {losses.stretch}", found.low, found.mean, found.high)
        for losses in decades.stretches
        for name, found in (
            ("a wrong decade", losses.wrong_over_right),
            ("no decade", losses.none_over_right),
        )
    ]
    return intervals_svg(
        "Loss above that behind the right decade", "nats a token, with 95 % intervals", intervals
    )
