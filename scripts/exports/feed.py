"""The changes as an Atom feed (RFC 4287), for an edition that has an address of its own."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ET

from scripts.load import Knowledge
from scripts.model import Change
from scripts.pages.changes import CHANGES, FEED, newest_first
from scripts.pages.site import tally

ATOM = "http://www.w3.org/2005/Atom"
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold (XML 1.0, 2.2)."""


def files(k: Knowledge, today: datetime.date) -> dict[str, bytes]:
    """The feed by its path in the site. Empty where the edition has no base address: a feed's links and ids are whole addresses."""
    base = k.edition.base_address
    return {f"{CHANGES[0].strip('/')}/{FEED}": _feed(k, today, base.rstrip("/"))} if base else {}


def _feed(k: Knowledge, today: datetime.date, base: str) -> bytes:
    """The feed: its id is the page's address, an entry's is its permanent anchor there. The newest change stands first."""
    page, changes, count = f"{base}{CHANGES[0]}", newest_first(k), tally(k, today)
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _add(feed, "id", page)
    _add(feed, "title", f"{k.edition.name}: {CHANGES[1].lower()}")
    if k.edition.policy == "draft":
        _add(feed, "subtitle", f"Draft: {count.confirmed} of {count.shown} contact points confirmed. Not for operational use.")
    _add(feed, "updated", _moment(changes[0][1].on if changes else today))
    _add(ET.SubElement(feed, "author"), "name", k.edition.owner or k.edition.name)
    _add(feed, "rights", "CC BY 4.0")
    ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{page}{FEED}"})
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "hreflang": "en", "href": page})
    for id, change in changes:
        _entry(feed, f"{page}#{id}", change)
    ET.indent(feed)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(feed: ET.Element, address: str, change: Change) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", address)
    _add(entry, "title", change.what)
    _add(entry, "published", _moment(change.on))
    _add(entry, "updated", _moment(change.on))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    ET.SubElement(entry, "category", {"term": change.kind})
    _add(entry, "summary", f"{change.why} Who must act: {change.act}")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = UNFIT.sub("", text)


def _moment(day: datetime.date) -> str:
    """A day as RFC 3339 writes a moment: its first in UTC."""
    return f"{day.isoformat()}T00:00:00Z"
