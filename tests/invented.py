"""A small invented council among the real data. Its ids say "invented", its numbers are Ofcom's drama numbers: neither can be mistaken for a real one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from scripts.load import Knowledge, assemble
from tests.conftest import Files

AREA = "invented"
COUNCIL = "Invented Council"
NUMBER = "020 7946 0001"
OTHER = "020 7946 0002"
MAILBOX = "team@example.org"

SOURCES: Mapping[str, tuple[str, str | None]] = {
    "invented-council-new": (COUNCIL, "2026-01-15"),
    "invented-council-two-years": (COUNCIL, "2024-11-22"),
    "invented-council-too-old": (COUNCIL, "2024-11-21"),
    "invented-council-year": (COUNCIL, "2024"),
    "invented-council-range": (COUNCIL, "2024-01/2026-01"),
    "invented-council-later": (COUNCIL, "2027-01-01"),
    "invented-council-undated": (COUNCIL, None),
    "invented-school": ("Invented School", "2024-03"),
    "invented-school-second-page": ("Invented School", "2025-03"),
    "invented-school-undated": ("Invented School", None),
    "invented-surgery": ("Invented Surgery", "2023"),
    "invented-charity-seven-years": ("Invented Charity", "2019-11-22"),
    "invented-charity-old": ("Invented Charity", "2019-11-21"),
    "invented-charity-old-year": ("Invented Charity", "2018"),
    "invented-charity-since-2010": ("Invented Charity", "2010/.."),
}
"""Publisher and date of each invented source. On the tests' day, 22 November 2026, two years and seven years are measured to the day."""

Record = dict[str, object]


def line(sightings: Sequence[Record], **more: object) -> Record:
    """An invented contact point that shows NUMBER; `fills` and anything else as given."""
    return {"name": "Invented Line", "what_for": "Nothing.", "phone": NUMBER, "fictional": True, "sightings": list(sightings), **more}


def seen(source: str, **more: object) -> Record:
    """A sighting of NUMBER in an invented source, unless `phone` says otherwise."""
    return {"source": f"invented-{source}", "phone": NUMBER, **more}


def fills(slot: str, *sources: str, area: str = AREA) -> Record:
    """A filling of a slot in the invented area."""
    return {"slot": slot, "area": area, "seen_in": [f"invented-{source}" for source in sources]}


def knowledge(files: Files, contacts: Mapping[str, Record] | None = None, national: Mapping[str, Record] | None = None) -> Knowledge:
    """The real data with the invented area, its contact points, its sources, and national ones if given. Only loaded: no rule is asked."""
    area: Record = {
        "name": "Invented",
        "ons_code": "E09000001",
        "council": COUNCIL,
        "website": "https://example.org",
        "police": "Metropolitan Police",
        "referral": {"under_18": "not-found", "adults": "not-found"},
        "contacts": dict(contacts or {}),
        "slots": {},
    }
    sources = {
        id: {"title": id, "publisher": publisher, "kind": "other", "url": "https://example.org", "dated": dated, "seen": "2026-11-21"}
        for id, (publisher, dated) in SOURCES.items()
    }
    return assemble(
        {
            **files,
            f"pathways/areas/{AREA}.yml": json.dumps(area).encode(),
            "pathways/sources.yml": _added(files["pathways/sources.yml"], sources),
            "pathways/national.yml": _added(files["pathways/national.yml"], national or {}),
        }
    )


def _added(content: bytes, records: Mapping[str, object]) -> bytes:
    """A real file with invented records at its end: JSON in one line is YAML too."""
    return content.rstrip() + b"\n" + "".join(f"  {id}: {json.dumps(record)}\n" for id, record in records.items()).encode()
