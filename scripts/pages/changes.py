"""/changes/, and a page for each quarter in which a reader may have been trained. The words stand in theme/pages/changes.html and since.html."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.load import Knowledge
from scripts.model import Change
from scripts.pages.page import HOME, Page
from scripts.pages.words import MONTHS

CHANGES = ("/changes/", "What has changed")
FEED = "atom.xml"
"""The feed's file, beside the page; scripts/exports/feed.py makes it for an edition that has an address."""
RULED = ("law", "guidance", "procedure")
LOCAL = ("number", "local")
"""The kinds of change in the order of a quarter's page: law and guidance first, then numbers for areas, then this site itself."""

Dated = tuple[tuple[str, Change], ...]
"""Changes with their ids, newest first."""


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months, counted from January."""

    year: int
    number: int

    @property
    def path(self) -> str:
        """Its page: /changes/2026-q4/. Once made it stays: a quarter is only ever added."""
        return f"{CHANGES[0]}{self.year}-q{self.number}/"

    @property
    def name(self) -> str:
        """October to December 2026."""
        return f"{MONTHS[self.number * 3 - 3]} to {MONTHS[self.number * 3 - 1]} {self.year}"

    @property
    def first(self) -> datetime.date:
        """Its first day."""
        return datetime.date(self.year, self.number * 3 - 2, 1)

    @property
    def next(self) -> Quarter:
        """The one after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def quarter_of(day: datetime.date) -> Quarter:
    """The quarter a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarters(k: Knowledge, today: datetime.date) -> tuple[Quarter, ...]:
    """From the quarter of the earliest change to today's, oldest first."""
    last = quarter_of(today)
    found = [min((quarter_of(change.on) for change in k.changes.values()), default=last)]
    while found[-1] < last:
        found.append(found[-1].next)
    return tuple(found)


def newest_first(k: Knowledge) -> Dated:
    """Every change; those of one day in the order of the file."""
    return tuple(sorted(k.changes.items(), key=lambda item: item[1].on, reverse=True))


def change_paths(k: Knowledge, today: datetime.date) -> Iterator[str]:
    """The path of every page made here, without making it."""
    yield CHANGES[0]
    yield from (quarter.path for quarter in quarters(k, today))


def change_pages(k: Knowledge, today: datetime.date) -> Iterator[Page]:
    """Every page made here."""
    changes, source = newest_first(k), "pathways/changes.yml"
    trained = quarters(k, today)
    by_quarter = {quarter: tuple(item for item in changes if quarter_of(item[1].on) == quarter) for quarter in reversed(trained)}
    years = {year: tuple(quarter for quarter in trained if quarter.year == year) for year in sorted({q.year for q in trained}, reverse=True)}
    context = {"years": years, "earliest": trained[0], "groups": tuple((q, found) for q, found in by_quarter.items() if found),
               "feed": FEED if k.edition.base_address else ""}  # fmt: skip
    description = "New guidance, numbers that moved and what to do about it, newest first; and what has changed since you trained."
    yield Page(*CHANGES, description, "changes.html", context, landing=True, trail=(HOME,), source=source)
    for quarter in trained:
        since = tuple(item for item in changes if item[1].on >= quarter.first)
        context = {
            "quarter": quarter,
            "ruled": tuple(item for kind in RULED for item in since if item[1].kind == kind),
            "local": _by_area(k, tuple(item for item in since if item[1].kind in LOCAL)),
            "site": tuple(item for item in since if item[1].kind == "site"),
        }
        title = f"Changed since {quarter.name}"
        yield Page(quarter.path, title, f"If you trained in {quarter.name}: what has changed since.", "since.html", context,
                   trail=(HOME, CHANGES), source=source)  # fmt: skip


def _by_area(k: Knowledge, changes: Dated) -> tuple[tuple[str, Dated], ...]:
    """Changes by the areas they are about: first those for all of London, under an empty name, then by the areas' names."""
    groups: dict[str, list[tuple[str, Change]]] = {}
    for item in changes:
        names = sorted(k.areas[area].name for area in item[1].areas)
        groups.setdefault(", ".join(names), []).append(item)
    return tuple((name, tuple(found)) for name, found in sorted(groups.items()))
