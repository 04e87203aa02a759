"""What falls due, as pages: a part of /coverage/, and a call sheet for each area."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.calls import calls, gaps
from scripts.due import Due, contacts_due, due, within
from scripts.load import Knowledge
from scripts.model import Area, Slot
from scripts.pages.addresses import root
from scripts.pages.page import HOME, Page
from scripts.pages.sources import area_sources
from scripts.pages.subjects import guide_path
from scripts.standing import Standing

COVERAGE = ("/coverage/", "Coverage")
Cells = tuple[tuple[Slot, Standing, bool], ...]
"""What is known in an area: for every slot the standing, and whether a local contact point stands before the fallback."""
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


def sheet_pages(k: Knowledge, areas: tuple[tuple[str, Area], ...], today: datetime.date, known: Mapping[str, Cells]) -> Iterator[Page]:
    """For each area what is known there, slot by slot, and its call sheet, to be printed."""
    by_id, serving = defaultdict[str, list[Due]](list), defaultdict[str | None, dict[str, None]](dict)
    for item in contacts_due(k, today):
        by_id[item.id].append(item)
        serving[item.area][item.id] = None
    for slug, area in areas:
        items = [item for id in serving[slug] for item in by_id[id]]
        context = {
            "slug": slug,
            "area": area,
            "known": known[slug],
            "calls": calls(k, (slug,), today, items=items),
            "gaps": gaps(k, slug),
            "today": today,
            "sources_path": area_sources(slug),
            "calendar": root(sheet_path(slug)) + calendar_path(slug),
        }
        title = f"Call sheet: {area.name}"
        description = f"What to dial and what to ask, to check the numbers for {area.name} with their owners."
        yield Page(sheet_path(slug), title, description, "sheet.html", context, trail=(HOME, COVERAGE), source=k.home("area", slug).path)


def coverage_due(k: Knowledge, areas: tuple[tuple[str, Area], ...], today: datetime.date) -> dict[str, Any]:
    """What /coverage/ says of what falls due: the checks to make in each area, and what ran out or soon will, one by one where it is no area's."""
    items = due(k, today)
    checks, texts = [item for item in items if item.is_contact], [item for item in items if not item.is_contact]
    dated = [item for item in within(items, today, SOON) if item.why in ("checked", "read")]
    soon = Counter(item.area for item in dated)
    return {
        "to_check": Counter(item.area for item in checks if item.why == "never-checked" or item.overdue(today)),
        "dated": tuple((page_of(k, item), item) for item in dated if item.area is None),
        "dated_areas": tuple((slug, area.name, soon[slug]) for slug, area in areas if soon[slug]),
        "never_checked": sum(item.why == "never-checked" for item in checks),
        "checks": len(checks),
        "never_read": sum(item.why == "never-read" for item in texts),
        "texts": len(texts),
        "due_by": today + datetime.timedelta(days=SOON),
        "today": today,
        "files": root(COVERAGE[0]),
        "calendar_path": calendar_path,
        "list_path": LIST_PATH,
        "sheet_path": sheet_path,
    }
