"""Promise 5: a myth card is honest. It says what is true, gives figures with what they cannot show, and hears an official and an independent voice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from scripts.load import record_references
from scripts.model import Fact, Myth, Scenario, SourceKind
from scripts.problem import Problem
from scripts.rules.case import Case

MOST_WORDS_ANSWER = 40
"""Words in a short answer (research/ux-anchors.md 4.3)."""
MOST_WORDS_SPOKEN = 60
"""Words that can be said in 20 seconds: 180 a minute, a brisk speaker."""
INDEPENDENT = frozenset({SourceKind.CHARITY, SourceKind.RESEARCH, SourceKind.NEWS, SourceKind.OTHER})
"""Kinds of source that are no public body's. All other kinds but schools are official."""
OFFICIAL = frozenset(SourceKind) - INDEPENDENT - {SourceKind.SCHOOL}
STATISTIC = re.compile(r"\d+(?:\.\d+)?%|\d{1,3}(?:,\d{3})+")
"""A number that reads as a statistic: 36%, 8,778."""


def myths_honest(case: Case) -> Iterator[Problem]:
    """Every myth card has at least one official and one independent source, a short answer of at most 40 words and a spoken one of at most 60."""
    for slug, myth in case.k.myths.items():
        kinds = {case.k.sources[id].kind for kind, id, _ in record_references(myth) if kind == "source"}
        for needed, what in ((OFFICIAL, "official"), (INDEPENDENT, "independent")):
            if not kinds & needed:
                tip = f"name one of kind {', '.join(sorted(needed))}"
                yield case.problem(case.k.home("myth", slug), "myths-honest", f"has no {what} source", tip)
        for key, most in (("answer", MOST_WORDS_ANSWER), ("say", MOST_WORDS_SPOKEN)):
            if (count := len(getattr(myth, key).split())) > most:
                yield case.problem(case.k.home("myth", slug, key), "myths-honest", f"{key} has {count} words; {most} are the most", "say it shorter")


def figures_explained(case: Case) -> Iterator[Problem]:
    """Every statistic on a page is the value of a figure, which says its year, its source, what it counts and what it cannot show. Every figure is used."""
    figures = case.k.statistics.figures
    for slug, myth in case.k.myths.items():
        everywhere = {figures[id].value for fact in _facts(myth) for id in fact.figures}
        for key in ("true_in_it", "evidence", "criticism"):
            for index, fact in enumerate(getattr(myth, key)):
                values = {figures[id].value for id in fact.figures}
                home = case.k.home("myth", slug, key, index, "says")
                yield from (_unexplained(case, home, number) for number in _strays(fact.says, values))
        for key in ("claim", "answer", "say", "trainer_note"):
            yield from (_unexplained(case, case.k.home("myth", slug, key), number) for number in _strays(getattr(myth, key), everywhere))
    for reading in case.readings:
        if not reading.home.path.startswith(("pathways/myths/", "pathways/statistics.yml")):
            yield from (_unexplained(case, reading.home, number) for number in _strays(reading.text, set()))
    used = {(reference.kind, reference.id) for reference in case.k.references}
    for kind, table in (("figure", figures), ("chart", case.k.statistics.charts)):
        for id in table:
            if (kind, id) not in used:
                message = f"nothing uses {id}"
                yield case.problem(case.k.home(kind, id), "figures-explained", message, "remove it, or name it where it belongs")


def _facts(myth: Myth) -> tuple[Fact, ...]:
    return (*myth.true_in_it, *myth.evidence, *myth.criticism)


def _strays(text: str, values: set[str]) -> Iterator[str]:
    """Statistics in a text that are no value's."""
    known = {number for value in values for number in STATISTIC.findall(value)}
    return (number for number in _statistics(text) if number not in known)


@cache
def _statistics(text: str) -> tuple[str, ...]:
    return tuple(STATISTIC.findall(text))


def _unexplained(case: Case, home: object, number: str) -> Problem:
    message = f"{number} is a statistic, and no figure named here has this value"
    return case.problem(home, "figures-explained", message, "name its figure in figures:, or leave the number to a myth page")  # type: ignore[arg-type]


def charts_drawable(case: Case) -> Iterator[Problem]:
    """The bars of a chart are numbers of one kind, and never more than the whole they are parts of."""
    figures = case.k.statistics.figures
    for id, chart in case.k.statistics.charts.items():
        form = re.compile(r"\d+(\.\d+)?%" if chart.unit == "percent" else r"\d{1,3}(,\d{3})*")
        whole = 100.0 if chart.unit == "percent" else figures[chart.whole].number if chart.whole else None
        for index, bar in enumerate(chart.bars):
            if not form.fullmatch(figures[bar.figure].value):
                message = f"{figures[bar.figure].value} cannot be drawn in {chart.unit}"
                yield case.problem(case.k.home("chart", id, "bars", index), "charts-drawable", message, "choose a figure in the chart's unit")
        if whole and sum(figures[bar.figure].number for bar in chart.bars) > whole:
            message = f"the bars add up to more than {whole:,.0f}"
            yield case.problem(case.k.home("chart", id, "bars"), "charts-drawable", message, "leave one out, or take whole: away")
        if chart.new_count_from and chart.new_count_from not in [bar.label for bar in chart.bars]:
            message = f"no bar is labelled {chart.new_count_from}"
            yield case.problem(case.k.home("chart", id, "new_count_from"), "charts-drawable", message, "write the label of a bar")


def codes_fixed(case: Case) -> Iterator[Problem]:
    """Every myth and every scenario has a code of its own: M or S and two digits."""
    for letter, kind, table in (("M", "myth", case.k.myths), ("S", "scenario", case.k.scenarios)):
        seen: dict[str, str] = {}
        records: Mapping[str, Myth | Scenario] = table
        for slug, record in records.items():
            home = case.k.home(kind, slug, "code")
            if not record.code.startswith(letter):
                yield case.problem(home, "codes-fixed", f"{record.code} is not a {kind}'s code", f"begin it with {letter}")
            if other := seen.get(record.code):
                yield case.problem(home, "codes-fixed", f"{record.code} is the code of {other} too", "give the newer one the next free code")
            seen[record.code] = slug
