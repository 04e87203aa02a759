"""What falls due, as pages: a part of /coverage/, and a call sheet for each area."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from scripts.calls import calls, gaps
from scripts.due import Due, contacts_due, due, within
from scripts.load import Knowledge
from scripts.model import Area
from scripts.pages.addresses import root
from scripts.pages.page import HOME, Page
from scripts.pages.subjects import guide_path

COVERAGE = ("/coverage/", "Coverage")
SOON = 30
"""How many days ahead /coverage/ looks."""


def sheet_path(area: str) -> str:
    """The address of an area's call sheet."""
    return f"{COVERAGE[0]}{area}/"


def calendar_path(area: str | None = None) -> str:
    """Where a calendar stands, from the site's root: an area's, or that of everything."""
    return f"data/due/{area}.ics" if area else "data/due.ics"


LIST_PATH = "data/due.json"
"""Where the list for other programs stands, from the site's root."""


def page_of(k: Knowledge, item: Due) -> str:
    """The page that shows what falls due."""
    if item.is_contact:
        return f"/{item.area}/" if item.area else f"{COVERAGE[0]}#national"
    kind, _, slug = item.id.partition("/")
    return guide_path(slug, k.guides[slug]) if kind == "guide" else f"/{kind}s/{slug}/"


def sheet_paths(k: Knowledge) -> Iterator[str]:
    """The path of every call sheet, without making it."""
    return (sheet_path(area) for area in k.areas)


def sheet_pages(k: Knowledge, areas: tuple[tuple[str, Area], ...], today: datetime.date) -> Iterator[Page]:
    """A call sheet for each area, to be printed."""
    items = tuple(contacts_due(k, today))
    for slug, area in areas:
        context = {"slug": slug, "area": area, "calls": calls(k, (slug,), today, items=items), "gaps": gaps(k, slug), "today": today}
        title = f"Call sheet: {area.name}"
        description = f"What to dial and what to ask, to check the numbers for {area.name} with their owners."
        yield Page(sheet_path(slug), title, description, "sheet.html", context, trail=(HOME, COVERAGE), source=k.home("area", slug).path)


def coverage_due(k: Knowledge, areas: tuple[tuple[str, Area], ...], today: datetime.date) -> dict[str, Any]:
    """What /coverage/ says of what falls due: counts by area, and one by one what ran out or soon will."""
    items = due(k, today)
    rows = []
    for slug, name in (*((slug, area.name) for slug, area in areas), (None, "Everywhere")):
        here = [item for item in items if item.is_contact and item.area == slug]
        never = sum(item.why == "never-checked" for item in here)
        out = sum(item.why == "checked" and item.overdue(today) for item in here)
        rows.append((slug, name, len(here), never, out))
    dated = [(page_of(k, item), item) for item in within(items, today, SOON) if item.why in ("checked", "read")]
    texts = [item for item in items if not item.is_contact]
    return {
        "due_rows": tuple(rows),
        "dated": tuple(dated),
        "never_checked": sum(row[3] for row in rows),
        "checks": sum(row[2] for row in rows),
        "never_read": sum(item.why == "never-read" for item in texts),
        "texts": len(texts),
        "due_by": today + datetime.timedelta(days=SOON),
        "today": today,
        "files": root(COVERAGE[0]),
        "calendar_path": calendar_path,
        "list_path": LIST_PATH,
        "sheet_path": sheet_path,
    }
