"""Charts as plain SVG: no script, readable on a phone, in the colours of a light or dark page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from training.evaluation.templating import html_templates

XY = tuple[float, float]

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 26, 36
"""Margins in pixels, for the axes' numbers, the title and the axis's name."""

_LEGEND_LINE = 16


@dataclass(frozen=True)
class Series:
    """What is drawn in one colour."""

    name: str
    points: Sequence[XY]
    colour: int
    """1 to 4."""
    kind: Literal["line", "dots", "level"] = "line"
    """A line with or without dots at its points, dots alone, or a dashed line across at the only
    point's height."""
    has_dots: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart with two axes."""

    title: str
    x_label: str
    series: Sequence[Series]
    width: int = 320
    height: int = 200
    has_legend: bool = False
    y_from_zero: bool = True
    x_ticks: Sequence[float] | None = None


@dataclass(frozen=True)
class Interval:
    """A figure and how sure it is."""

    name: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class _Scale:
    """From a figure to a pixel."""

    low: float
    high: float
    begin: float
    end: float
    ticks: list[float] = field(default_factory=list)

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)


def ticks_between(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers, `most` at most, from just below `low` to `high` or just above."""
    if high <= low:
        high = low + (abs(low) or 1)
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    while math.ceil(high / step) - math.floor(low / step) + 1 > most:
        leading = round(step / 10.0 ** math.floor(math.log10(step) + 1e-9))
        step *= 2.5 if leading == 2 else 2
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def short(value: float) -> str:
    """Return a number as an axis shows it: 1500 as 1.5k, 2000000 as 2M."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{letter}"
    return f"{value:.4g}"


def svg_of(chart: Chart, *, is_alone: bool = False) -> Markup:
    """Return the chart as SVG; `is_alone`: for a file of its own, with its own colours."""
    shown = [series for series in chart.series if series.points]
    xs = [x for series in shown if series.kind != "level" for x, _ in series.points] or [0.0]
    ys = [y for series in shown for _, y in series.points] or [0.0]
    legend = _LEGEND_LINE * len(shown) if chart.has_legend else 0
    x_ticks = [*(chart.x_ticks or ticks_between(min(xs), max(xs)))]
    y_ticks = ticks_between(min(0.0, *ys) if chart.y_from_zero else min(ys), max(ys))
    x_low, x_high = min(x_ticks[0], *xs), max(x_ticks[-1], *xs)
    across = _Scale(x_low, x_high, _LEFT, chart.width - _RIGHT, x_ticks)
    height = chart.height + legend
    up = _Scale(y_ticks[0], y_ticks[-1], height - _BOTTOM, _TOP + legend, y_ticks)
    drawn = [
        {
            "series": series,
            "points": [(across.at(x), up.at(y)) for x, y in series.points],
        }
        for series in shown
    ]
    return _rendered(
        "chart.svg",
        chart=chart,
        drawn=drawn,
        across=across,
        up=up,
        height=height,
        is_alone=is_alone,
    )


def intervals_svg(title: str, x_label: str, intervals: Sequence[Interval]) -> Markup:
    """Return intervals below each other, beside a line at zero."""
    ends = [end for interval in intervals for end in (interval.low, interval.high)]
    ticks = ticks_between(min(0.0, *ends), max(0.0, *ends))
    width, row = 340, 40
    across = _Scale(ticks[0], ticks[-1], _RIGHT + 8, width - _RIGHT - 8, ticks)
    height = _TOP + row * len(intervals) + _BOTTOM
    return _rendered(
        "intervals.svg",
        title=title,
        x_label=x_label,
        intervals=intervals,
        across=across,
        width=width,
        height=height,
        row=row,
        top=_TOP,
    )


def _rendered(template: str, **values: object) -> Markup:
    text = html_templates().get_template(template).render(short=short, **values)
    return Markup(text)  # noqa: S704 - the template has escaped what it was given
