"""Charts are well-formed, show every point, and their axes have round numbers."""

import xml.etree.ElementTree as ET

import pytest

from training.evaluation.charts import (
    Chart,
    Interval,
    Series,
    intervals_svg,
    short,
    svg_of,
    ticks_between,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.5, 1]),
        (0, 97, [0, 50, 100]),
        (3.9, 6.2, [3, 4, 5, 6, 7]),
        (-0.01, 0.034, [-0.02, 0, 0.02, 0.04]),
        (0, 32_000_000, [0, 10_000_000, 20_000_000, 30_000_000, 40_000_000]),
        (5, 5, [4, 6, 8, 10]),
        (0, 0, [0, 0.5, 1]),
    ],
)
def test_ticks_are_round_and_reach_around(low: float, high: float, ticks: list[float]) -> None:
    """Few of them, evenly apart, from below the lowest figure to above the highest."""
    found = ticks_between(low, high)
    assert len(found) <= 5
    assert found[0] <= low
    assert found[-1] >= high
    assert found == ticks


def test_numbers_on_an_axis_are_short() -> None:
    """Thousands and millions have a letter."""
    found = [short(number) for number in (0, 0.025, 750, 1500, 2e6, 1.5e9, -2000)]
    assert found == ["0", "0.025", "750", "1.5k", "2M", "1.5B", "-2k"]


def test_a_chart_shows_every_point_within_it() -> None:
    """Lines, dots and levels are where they belong, higher figures higher up."""
    series = [
        Series("model", [(1, 0.2), (10, 0.8)], 1, has_dots=True),
        Series("people", [(0, 0.5)], 2, "level"),
        Series("base", [(7, 0.4)], 3, "dots"),
        Series("none", [], 4),
    ]
    root = ET.fromstring(svg_of(Chart("<Title> & more", "x", series, has_legend=True)))
    assert root.find(f"{SVG}title").text == "<Title> & more"  # type: ignore[union-attr]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"model", "people", "base"} <= {*texts}
    assert "none" not in texts
    circles = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in root.iter(f"{SVG}circle")]
    assert len(circles) == 3
    assert circles[0][1] > circles[2][1] > circles[1][1]
    assert circles[0][0] < circles[2][0] < circles[1][0]
    _, _, width, height = (float(number) for number in root.get("viewBox", "").split())
    assert all(0 < x < width and 0 < y < height for x, y in circles)


@pytest.mark.parametrize("points", [[], [(3.0, 2.0)], [(1.0, 0.0), (2.0, 0.0)]])
def test_a_chart_of_next_to_nothing_is_drawn(points: list[tuple[float, float]]) -> None:
    """No point, one, or all at zero."""
    ET.fromstring(svg_of(Chart("Few", "x", [Series("a", points, 1)])))


def test_a_picture_of_its_own_brings_its_colours() -> None:
    """For light and dark pages; it runs no script and asks for nothing else."""
    alone = svg_of(Chart("Loss", "x", [Series("a", [(1, 1), (2, 2)], 1)]), is_alone=True)
    assert "prefers-color-scheme: dark" in alone
    assert "script" not in alone
    assert "href" not in alone


def test_intervals_lie_around_their_middles() -> None:
    """Each has a line through its dot, and zero is among the marks."""
    svg = intervals_svg("Loss", "nats", [Interval("wrong", 0.01, 0.02, 0.04)])
    root = ET.fromstring(svg)
    [dot] = root.iter(f"{SVG}circle")
    [own] = root.iterfind(f"{SVG}g/{SVG}line")
    x = float(dot.get("cx", ""))
    assert float(own.get("x1", "")) < x < float(own.get("x2", ""))
    assert "0" in [text.text for text in root.iter(f"{SVG}text")]
