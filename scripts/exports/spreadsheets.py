"""The contact points and the sources as CSV for spreadsheets (RFC 4180, UTF-8 with a byte order mark so that Excel reads it as such)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from scripts.exports.records import ContactPoint, Place
from scripts.exports.shown import Shown

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these may be run by a spreadsheet (OWASP, "CSV Injection"); an apostrophe before it makes it text."""

Row = Mapping[str, str]


def files(s: Shown) -> dict[str, bytes]:
    """Both files, by path in the folder of the version."""
    return {"contact-points.csv": _table(_contact_rows(s)), "sources.csv": _table(_source_rows(s))}


def guarded(value: str) -> str:
    """A cell's text, with an apostrophe before it where a spreadsheet could take it for a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


def _contact_rows(s: Shown) -> Iterator[Row]:
    """A row for each contact point in each area and slot; one without both for a contact point for everyone."""
    for id, contact in s.contacts.items():
        for place in contact.places:
            yield _row(s, id, contact, place)


def _row(s: Shown, id: str, contact: ContactPoint, place: Place) -> Row:
    area = s.k.areas[place.area] if place.area else None
    instead = s.contacts[place.fallback[0]] if place.fallback else None
    return {
        "id": id,
        "area": area.name if area else "",
        "ons_code": area.ons_code if area else "",
        "slot": place.slot or "",
        "name": place.called,
        "unconfirmed": "yes" if place.unconfirmed else "no",
        "standing": place.standing,
        "says": place.says,
        "offer_first": "this one" if place.stands_first else "the fallback" if place.fallback else "this one, with care",
        "phone": contact.phone or "",
        "phone_alternatives": "; ".join(contact.phone_alternatives),
        "sms": contact.sms or "",
        "email": contact.email or "",
        "email_standing": place.fields.get("email", ""),
        "page": contact.page or "",
        "hours_text": contact.hours_text or "",
        "ask_for": contact.ask_for or "",
        "what_for": contact.what_for,
        "caution": " ".join(text for text in (place.caution, contact.caution) if text),
        "audience": contact.audience,
        "owner": contact.owner,
        "checked_on": place.checked.on.isoformat() if place.checked else "",
        "checked_how": place.checked.how if place.checked else "",
        "until": place.until.isoformat() if place.until else "",
        "sources": "; ".join(place.sources),
        "fallback": "; ".join(place.fallback),
        "fallback_name": instead.name if instead else "",
        "fallback_phone": (instead.phone or "") if instead else "",
        "fictional": "yes" if contact.fictional else "no",
        "data_date": s.head["data_date"].isoformat(),
        "notice": s.head["notice"],
    }


def _source_rows(s: Shown) -> Iterator[Row]:
    for id, source in s.sources.items():
        yield {
            "id": id,
            "title": source.title,
            "publisher": source.publisher,
            "kind": source.kind,
            "url": source.url or "",
            "dated": source.dated or "",
            "seen": source.seen.isoformat(),
        }


def _table(rows: Iterable[Row]) -> bytes:
    found = list(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(found[0] if found else ())
    writer.writerows([guarded(value) for value in row.values()] for row in found)
    return codecs.BOM_UTF8 + text.getvalue().encode()
