"""What falls due, for other programs: calendars (iCalendar, RFC 5545) and a list in JSON.

The list, `data/due.json`, is one object: `made` (the day), `policy`, and `due`, the longest overdue first. Each entry has
`on` (the last good day, or where it was never checked or read the day the newest source was), `overdue` on the day it was made,
`why` (never-checked, checked, never-read, read), `id`, `what` (its name), `area` and `slot` and `standing` (null for texts; area and
slot null for national contact points), and `page` (its address from the site's root, as in barnet/). No number is in it.
"""

from __future__ import annotations

import datetime
import json

from icalendar import Calendar, Event

from scripts.due import Due, due
from scripts.load import Knowledge
from scripts.pages.due import LIST_PATH, calendar_path, page_of
from scripts.pages.words import listing

Group = tuple[str, str | None]

WORDS = {
    "never-checked": "Nobody has checked it with its owner yet.",
    "checked": "The last check runs out on this day.",
    "never-read": "No safeguarding lead has read it yet.",
    "read": "A safeguarding lead reads it again by this day.",
}


def files(k: Knowledge, today: datetime.date) -> dict[str, bytes]:
    """The calendars (all, and one an area) and the list, by path in the site."""
    items = due(k, today)
    made = {calendar_path(): _calendar(k, f"{k.edition.name}: due", items, today), LIST_PATH: _list(k, items, today)}
    by_area: dict[str | None, list[Due]] = {}
    for item in items:
        by_area.setdefault(item.area, []).append(item)
    for slug, area in k.areas.items():
        made[calendar_path(slug)] = _calendar(k, f"{area.name}: due", tuple(by_area.get(slug, ())), today)
    return made


def row(k: Knowledge, item: Due, today: datetime.date) -> dict[str, str | bool | None]:
    """One entry of the list."""
    return {
        "on": item.on.isoformat(),
        "overdue": item.overdue(today),
        "why": item.why,
        "id": item.id,
        "what": item.what,
        "area": item.area,
        "slot": item.slot,
        "standing": item.standing,
        "page": page_of(k, item).lstrip("/"),
    }


def _list(k: Knowledge, items: tuple[Due, ...], today: datetime.date) -> bytes:
    content = {"made": today.isoformat(), "policy": k.edition.policy, "due": [row(k, item, today) for item in items]}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _calendar(k: Knowledge, name: str, items: tuple[Due, ...], today: datetime.date) -> bytes:
    """An all-day event for each contact point in each area, and for each text, on the first day that something of it falls due."""
    groups: dict[Group, list[Due]] = {}
    for item in items:
        groups.setdefault((item.id, item.area), []).append(item)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Prevent Pathways//What falls due//EN")
    calendar.add("x-wr-calname", " ".join(name.split()))
    for (id, area), found in sorted(groups.items(), key=lambda group: (group[1][0].on, group[0][1] or "", group[0][0])):
        calendar.add_component(_event(k, id, area, found, today))
    return bytes(calendar.to_ical())


def _event(k: Knowledge, id: str, area: str | None, items: list[Due], today: datetime.date) -> Event:
    first = items[0]
    place = f", {k.areas[area].name}" if area else ""
    slots = [item.slot.replace("-", " ") for item in items if item.slot]
    event = Event()
    event.add("uid", f"{id.replace('/', '.')}.{area or 'all'}@prevent-pathways")
    event.add("dtstamp", datetime.datetime.combine(today, datetime.time(), datetime.UTC))
    event.add("dtstart", first.on)
    event.add("dtend", first.on + datetime.timedelta(days=1))
    event.add("summary", f"{'Check' if first.is_contact else 'Read'}: {first.what}{place}")
    event.add("description", " ".join([WORDS[first.why], *([f"Slots: {listing(slots)}."] if slots else [])]))
    event.add("categories", ["Prevent Pathways", "overdue" if first.overdue(today) else "due"])
    event.add("transp", "TRANSPARENT")
    if k.edition.base_address:
        event.add("url", k.edition.base_address.rstrip("/") + page_of(k, first))
    return event
