"""What a rule looks at."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from scripts.load import Home, Knowledge, Pointer
from scripts.model import Slot
from scripts.problem import Problem
from scripts.prose import Text, names
from scripts.routes import Answer, answers

EDITORS_ONLY = frozenset({"note", "sightings", "confirmations", "looked", "hold", "withdrawn"})
"""Keys whose text no reader sees."""
NAMES_ONLY = frozenset(
    [
        "source",
        "sources",
        "responsible_sources",
        "procedures",
        "id",
        "url",
        "website",
        "page",
        "exit_page",
        "email",
        "first_step",
        "see",
        "ons_code",
        "setting",
        "home",
        "situations",
        "cases",
        "check",
        "to",
        "courses",
        "figures",
        "figure",
        "charts",
        "code",
        "see",
        "first",
        "not_offered",
        "contact",
        "contacts",
        "slots",
        "lines",
    ]
)
"""Keys that hold an id or an address, not words."""


@dataclass(frozen=True)
class Reading:
    """A text a reader may see, and where it stands."""

    home: Home
    key: str
    text: str


@dataclass(frozen=True)
class ProseName:
    """A [[kind:id]] in a text by hand, and where it stands."""

    path: str
    kind: str
    id: str
    line: int
    column: int


@dataclass(frozen=True)
class Case:
    """The knowledge, the day, and the texts by hand (prose and templates) with the pages prose may name."""

    k: Knowledge
    today: datetime.date
    texts: tuple[Text, ...] = ()
    pages: frozenset[str] | None = None
    agreed: str | None = None
    """The register of agreed values (pathways/agreed.txt), empty where it is missing. None: not asked."""

    @cached_property
    def answers(self) -> Mapping[tuple[str, bool], Mapping[Slot, Answer]]:
        """Every area's slots resolved, for staff (False) and for the public (True)."""
        return {(area, public): answers(self.k, area, public, self.today) for area in self.k.areas for public in (False, True)}

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every text in the files that a reader may see (source titles apart)."""
        return tuple(
            reading
            for path, document in self.k.documents.items()
            if not path.endswith(("sources.yml", "exceptions.yml", "search.yml", "links.yml"))
            and (not path.startswith("pathways/editions/") or path == f"pathways/editions/{self.k.edition_id}.yml")
            for reading in _readings(path, document.data, (), "")
        )

    @cached_property
    def names(self) -> tuple[ProseName, ...]:
        """Every [[kind:id]] in the texts by hand."""
        return tuple(ProseName(text.path, found.kind, found.id, found.line, found.column) for text in self.texts for found in names(text.text))

    def problem(self, home: Home, rule: str, message: str, tip: str = "") -> Problem:
        """A problem at a place in the files."""
        return self.k.problem(home, rule, message, tip)


def _readings(path: str, data: object, pointer: Pointer, key: str) -> Iterator[Reading]:
    if isinstance(data, dict):
        for name, value in data.items():
            if name not in EDITORS_ONLY and (name not in NAMES_ONLY or isinstance(value, dict)):
                yield from _readings(path, value, (*pointer, name), name)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _readings(path, value, (*pointer, index), key)
    elif isinstance(data, str):
        yield Reading(Home(path, pointer), key, data)
