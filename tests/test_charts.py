"""A chart's bars are as long as its figures say, its parts never pretend to be the whole, and years counted differently stand apart."""

from __future__ import annotations

import pytest

from scripts.build import Checked
from scripts.model import StatisticsFile
from scripts.pages.charts import GAP, ROW, WIDTH, drawing


def figure(value: str) -> dict[str, object]:
    return {"value": value, "year": "an invented year", "counts": "Nothing.", "cannot_show": "Anything.", "sources": ["invented-source"]}


def invented(unit: str, bars: dict[str, str], **more: object) -> StatisticsFile:
    """An invented chart: label to value."""
    figures = {f"figure-{number}": figure(value) for number, value in enumerate([*bars.values(), "1,000"])}
    listed = [{"label": label, "figure": f"figure-{number}"} for number, label in enumerate(bars)]
    chart = {"title": "Invented", "summary": "Invented.", "unit": unit, "bars": listed, "caution": "Invented.", **more}
    return StatisticsFile.model_validate({"figures": figures, "charts": {"invented": chart}})


def test_bars_are_in_proportion_to_their_figures() -> None:
    drawn = drawing("invented", invented("referrals", {"one": "200", "two": "50"}))
    assert [(row.label, row.length) for row in drawn.rows] == [("one", WIDTH), ("two", WIDTH / 4)]
    assert drawn.height == 2 * ROW


def test_what_is_left_of_the_whole_is_shown_as_not_broken_down() -> None:
    drawn = drawing("invented", invented("referrals", {"one": "200", "two": "50"}, whole="figure-2"))
    rest = drawn.rows[-1]
    assert (rest.kind, rest.label, rest.value, rest.length, rest.figure) == ("rest", "Not broken down here", "750", WIDTH, None)


def test_shares_are_parts_of_a_hundred() -> None:
    drawn = drawing("invented", invented("percent", {"one": "36%", "two": "30%"}))
    assert [(row.value, row.kind) for row in drawn.rows] == [("36%", "part"), ("30%", "part"), ("34%", "rest")]


def test_parts_that_make_the_whole_leave_no_rest() -> None:
    assert len(drawing("invented", invented("percent", {"one": "60%", "two": "40%"})).rows) == 2


def test_years_counted_in_another_way_are_set_apart() -> None:
    drawn = drawing("invented", invented("referrals", {"old": "10", "new": "20"}, new_count_from="new"))
    assert [row.new_count for row in drawn.rows] == [False, True]
    assert drawn.rows[1].top == ROW + GAP


@pytest.mark.parametrize(("value", "number"), [("8,778", 8778), ("36%", 36), ("nearly 6,000", 6000), ("4.5%", 4.5), ("about a third", 0)])
def test_a_figures_value_is_read_as_a_number(value: str, number: float) -> None:
    assert StatisticsFile.model_validate({"figures": {"x": figure(value)}, "charts": {}}).figures["x"].number == number


def test_the_charts_of_the_issue_are_drawn_from_the_data_file(real: Checked) -> None:
    charts = real.k.statistics.charts
    assert {"referrals-by-year", "referrals-by-source", "referrals-by-concern", "what-became"} <= set(charts)
    for id in charts:
        drawn = drawing(id, real.k.statistics)
        assert max(row.length for row in drawn.rows) == WIDTH
        assert [row.value for row in drawn.rows if row.figure] == [real.k.statistics.figures[bar.figure].value for bar in charts[id].bars]


def test_the_year_the_count_changed_is_set_apart_from_the_years_before(real: Checked) -> None:
    chart = real.k.statistics.charts["referrals-by-year"]
    assert chart.new_count_from == "2024/25" == chart.bars[-1].label
