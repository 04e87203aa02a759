"""The open data, version 1: every file below /data/v1/, and the index that lists them with their checksums. /data/ explains each."""

from __future__ import annotations

import datetime
import hashlib

from scripts.exports import openreferral, shown, spreadsheets, vcards
from scripts.exports.records import SHAPES, FileEntry, Head, IndexFile, schemas
from scripts.exports.shown import PROMISE, STANDINGS, UNCONFIRMED, Shown
from scripts.load import Knowledge
from scripts.pages.data import FILES, NATIONAL, V1, vcard_path
from scripts.pages.site import Resolved

MEDIA_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8", "vcf": "text/vcard; charset=utf-8"}
INDEX = "index.json"
ROUTES = "routes.json"
"""Nobody reads this one by eye: it is written without line breaks, at two thirds of the size."""


def files(k: Knowledge, today: datetime.date, resolved: Resolved | None = None) -> dict[str, bytes]:
    """Every file of the open data, by path in the site. `resolved`: every area's slots, where they are at hand already."""
    s = shown.shown(k, today, resolved if resolved is not None else shown.resolved_areas(k, today))
    own = _json(s)
    counts = {name: count for name, (_, count) in own.items()} | _counted(s)
    made = {name: _bytes(content, None if name == ROUTES else 1) for name, (content, _) in own.items()}
    made |= spreadsheets.files(s) | vcards.files(s) | openreferral.files(s) | schemas()
    made[INDEX] = _bytes(_index(s, made, counts))
    return {f"{V1}/{name}": content for name, content in made.items()}


def _json(s: Shown) -> dict[str, tuple[Head, int]]:
    """The JSON files in our own shape, each with the number of its records."""
    areas, routes, settings, myths = shown.areas(s), shown.routes(s), shown.settings(s), shown.myths(s)
    return {
        "contact-points.json": (shown.contact_points(s), len(s.contacts)),
        "areas.json": (areas, len(areas.areas)),
        ROUTES: (routes, len(routes.routes)),
        "settings.json": (settings, len(settings.settings)),
        "myths.json": (myths, len(myths.myths)),
        "glossary.json": (shown.glossary(s), len(s.k.terms)),
        "sources.json": (shown.sources(s), len(s.sources)),
    }


def _bytes(content: Head, indent: int | None = 1) -> bytes:
    return content.model_dump_json(indent=indent).encode() + b"\n"


def _counted(s: Shown) -> dict[str, int]:
    """How many rows, cards and records the files in other formats hold."""
    places = [place for contact in s.contacts.values() for place in contact.places]
    cards = {area: sum(any(place.area == area for place in contact.places) for contact in s.contacts.values()) for area in (*s.k.areas, None)}
    return {
        "contact-points.csv": len(places),
        "sources.csv": len(s.sources),
        "open-referral/services.json": len(s.contacts),
        "open-referral/organizations.json": len({contact.owner for contact in s.contacts.values()}),
        **{vcard_path(area or NATIONAL): count for area, count in cards.items()},
    }


def _index(s: Shown, made: dict[str, bytes], counts: dict[str, int]) -> IndexFile:
    what = dict(FILES)
    entries = {
        name: FileEntry(
            what=what.get(name) or _what(s, name),
            media_type=MEDIA_TYPES[name.rpartition(".")[2]],
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            count=counts.get(name),
            json_schema=f"schema/{name}" if name in SHAPES else None,
        )
        for name, content in sorted(made.items())
    }
    return IndexFile(**s.head, unconfirmed=UNCONFIRMED, standings=STANDINGS, promise=PROMISE, files=entries)


def _what(s: Shown, name: str) -> str:
    """What a file is that stands once for each area or each file."""
    folder, _, stem = name.rpartition("/")
    if folder == "schema":
        return f"JSON Schema of {stem}"
    area = s.k.areas.get(stem.removesuffix(".vcf"))
    return f"vCards of the contact points for {area.name if area else 'everyone'}"
