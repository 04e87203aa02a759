"""The contact points as vCards 4.0 (RFC 6350) for a phone's or an office's address book: one file for each area, one for everyone's.

Nobody reads a note before dialling, so the name itself says “Unconfirmed”. The fallback's number stands in the note, never as the card's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from icalendar import vText
from icalendar.parser import Contentline

from scripts.exports.records import ContactPoint, Place
from scripts.exports.shown import SLOT_NAMES, Shown
from scripts.exports.stable import stable_id
from scripts.pages.data import NATIONAL, vcard_path
from scripts.pages.words import tel

MARK = "Unconfirmed: "


def files(s: Shown) -> dict[str, bytes]:
    """The files by path in the folder of the version. A contact point that serves several areas has a card in each, under one name."""
    made = {vcard_path(area): _cards(s, area) for area in s.k.areas}
    return {**made, vcard_path(NATIONAL): _cards(s, None)}


def _cards(s: Shown, area: str | None) -> bytes:
    here = ((id, contact, tuple(place for place in contact.places if place.area == area)) for id, contact in s.contacts.items())
    return "".join(_card(s, id, contact, places) for id, contact, places in here if places).encode()


def _card(s: Shown, id: str, contact: ContactPoint, places: tuple[Place, ...]) -> str:
    mark = MARK if any(place.unconfirmed for place in places) else ""
    lines = [
        _line("BEGIN", "VCARD"),
        _line("VERSION", "4.0"),
        _line("KIND", "org"),
        _line("UID", f"urn:uuid:{stable_id('contact', id, places[0].area or '')}"),
        _line("FN", _text(f"{mark}{places[0].called}")),
        _line("ORG", ";".join(_text(part) for part in (contact.owner, contact.name))),
        *(_line("TEL;VALUE=uri;TYPE=work,voice", tel(number)) for number in numbers(contact)),
        *([_line("TEL;VALUE=uri;TYPE=work,text", tel(contact.sms))] if contact.sms else []),
        *([_line("EMAIL;TYPE=work", _text(contact.email))] if contact.email else []),
        *([_line("URL", contact.page)] if contact.page else []),
        _line("CATEGORIES", ",".join(_text(name) for name in categories(s, places))),
        _line("NOTE", _text(_note(s, contact, places))),
        _line("REV", f"{s.head['data_date']:%Y%m%d}T000000Z"),
        _line("END", "VCARD"),
    ]
    return "".join(f"{line}\r\n" for line in lines)


def numbers(contact: ContactPoint) -> tuple[str, ...]:
    """The numbers to call, the first one first."""
    return tuple(number for number in (contact.phone, *contact.phone_alternatives) if number)


def categories(s: Shown, places: Iterable[Place]) -> tuple[str, ...]:
    """What an address book may sort the card under."""
    areas = (s.k.areas[place.area].name for place in places if place.area)
    return tuple(dict.fromkeys(["Prevent Pathways", *areas, *(place.slot for place in places if place.slot)]))


def _note(s: Shown, contact: ContactPoint, places: tuple[Place, ...]) -> str:
    """What stands on the card beside its values: how it stands in each slot, what to offer first, and the notice of the data."""
    words = [contact.what_for]
    if contact.ask_for:
        words.append(f"Say or press: {contact.ask_for}")
    words += [text for text in (contact.caution, *dict.fromkeys(place.caution for place in places)) if text]
    if contact.hours_text:
        words.append(f"Hours as published: {contact.hours_text}")
    if contact.audience == "professionals":
        words.append("For professionals only.")
    for place in places:
        words.append(f"{SLOT_NAMES[place.slot]}: {place.says}" if place.slot else place.says)
        if not place.stands_first and place.fallback:
            words.append(f"Use first: {', '.join(_named(s, id) for id in place.fallback)}.")
        if place.fields.get("email") == "weak" and contact.phone:
            words.append("The mailbox was seen in one place only, or sources disagree.")
    return "\n".join(dict.fromkeys((*words, str(s.head["notice"]))))


def _named(s: Shown, id: str) -> str:
    contact = s.contacts[id]
    return f"{contact.name} ({contact.phone})" if contact.phone else contact.name


def _text(value: str) -> str:
    """A text with what has a meaning in vCard and iCalendar alike escaped (RFC 6350, 3.4)."""
    return vText(value).to_ical().decode()


def _line(name: str, value: str) -> str:
    """A content line, folded at 75 octets as vCard and iCalendar both ask (RFC 6350, 3.2)."""
    return str(Contentline(f"{name}:{value}").to_ical(), "utf-8")  # type: ignore[no-untyped-call]
