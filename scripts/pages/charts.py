"""Charts: from a chart's figures to rows with lengths. The template draws them as SVG, with the same rows as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scripts.model import Chart, Figure, StatisticsFile

WIDTH = 340
"""The drawing's width in its own units, so that its words stay readable when it is scaled to a phone of 360 pixels."""
ROW = 46
"""The height of one row: a line of words and a bar below it."""
GAP = 34
"""The space before bars that were counted in a new way."""


@dataclass(frozen=True)
class Row:
    """One bar: its words, its length and its place."""

    label: str
    value: str
    length: float
    top: int
    kind: Literal["part", "rest"]
    figure: Figure | None = None
    new_count: bool = False
    """Whether this is the first bar counted in a new way."""


@dataclass(frozen=True)
class Drawing:
    """A chart ready to be drawn."""

    id: str
    chart: Chart
    rows: tuple[Row, ...]
    width: int
    height: int


def drawing(id: str, statistics: StatisticsFile) -> Drawing:
    """A chart's rows. What the parts leave of the whole is a row of its own: “not broken down here”."""
    chart, figures = statistics.charts[id], statistics.figures
    bars = [(bar.label, figures[bar.figure]) for bar in chart.bars]
    whole = 100.0 if chart.unit == "percent" else figures[chart.whole].number if chart.whole else 0.0
    rest = max(0.0, whole - sum(figure.number for _, figure in bars)) if whole else 0.0
    longest = max([figure.number for _, figure in bars] + [rest])
    rows: list[Row] = []
    top = 0
    for label, figure in bars:
        new = label == chart.new_count_from
        top += GAP if new else 0
        rows.append(Row(label, figure.value, _length(figure.number, longest), top, "part", figure, new))
        top += ROW
    if rest:
        value = f"{rest:g}%" if chart.unit == "percent" else f"{rest:,.0f}"
        rows.append(Row("Not broken down here", value, _length(rest, longest), top, "rest"))
        top += ROW
    return Drawing(id, chart, tuple(rows), WIDTH, top)


def _length(number: float, longest: float) -> float:
    return round(WIDTH * number / longest, 1)
