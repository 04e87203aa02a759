"""The contact points in the words of Open Referral UK 3.0 and HSDS 3 (Human Services Data Specification): one service each.

What they have no word for is put where a reader of theirs will see it: how a value stands goes into `alert` and into attributes.
Ages and areas come from the slots. `assured_date` is the day of a check with the owner and nothing else. There is no place in it:
nobody visits a duty line, and an address is not among our facts. `last_modified` is left out: the records do not say it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.exports.records import ContactPoint, Place
from scripts.exports.shown import SLOT_NAMES, STANDINGS, Shown
from scripts.exports.stable import stable_id
from scripts.model import ADULT_FROM, Slot
from scripts.pages.hours import week
from scripts.standing import Standing

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MIDNIGHT = 24 * 60
LAST_MINUTE = "23:59"
"""How the end of a day is written: the standard's times have no 24:00."""
CHILD = frozenset({Slot.CHILDREN, Slot.OUT_OF_HOURS_CHILDREN})
ADULT = frozenset({Slot.ADULTS, Slot.OUT_OF_HOURS_ADULTS})
STANDING, SLOT, AUDIENCE = "Prevent Pathways standing", "Prevent Pathways slot", "Prevent Pathways audience"
"""The taxonomies of our attributes."""
WORST_FIRST = (Standing.WEAK, Standing.LAPSED, Standing.PUBLISHED, Standing.CONFIRMED)

Json = dict[str, Any]


def files(s: Shown) -> dict[str, bytes]:
    """Both lists, by path in the folder of the version, each as the one page of a list that the standard's interface answers with."""
    services = [_service(s, id, contact) for id, contact in s.contacts.items()]
    return {
        "open-referral/services.json": _page(services),
        "open-referral/organizations.json": _page([_organization(s, owner) for owner in dict.fromkeys(c.owner for c in s.contacts.values())]),
    }


def _page(contents: list[Json]) -> bytes:
    count = len(contents)
    page = {
        "total_items": count,
        "total_pages": 1,
        "page_number": 1,
        "size": count,
        "first_page": True,
        "last_page": True,
        "empty": not count,
        "contents": contents,
    }
    return (json.dumps(page, indent=1, ensure_ascii=False) + "\n").encode()


# --- services ----------------------------------------------------------------------------------------------------------


def _service(s: Shown, id: str, contact: ContactPoint) -> Json:
    own, organization = stable_id("service", id), _organization(s, contact.owner)
    service: Json = {
        "id": own,
        "organization_id": organization["id"],
        "name": contact.name,
        **({"alternate_name": "; ".join(contact.also_known_as)} if contact.also_known_as else {}),
        "description": " ".join(text for text in (contact.what_for, contact.caution) if text),
        **({"url": contact.page} if contact.page else {}),
        **({"email": contact.email} if contact.email else {}),
        "status": "active",
        **({"application_process": contact.ask_for} if contact.ask_for else {}),
        **_ages(contact.places),
        **_assured(s, contact.places),
        "alert": _alert(s, contact.places),
        "licenses": f"{s.head['licence']}: {s.head['licence_address']}",
        "schedules": list(_schedules(own, contact)),
        "service_areas": list(_service_areas(s, own, contact.places)),
        "contacts": [_contact(own, contact)],
        "organization": organization,
        "attributes": [
            _attribute(own, "service", STANDING, _standing(contact.places)),
            _attribute(own, "service", AUDIENCE, contact.audience),
        ],
    }
    return service


def _ages(places: tuple[Place, ...]) -> Json:
    """For whom: only where every slot it fills is for the one age or for the other."""
    slots = {place.slot for place in places}
    if slots <= CHILD:
        return {"maximum_age": ADULT_FROM - 1}
    return {"minimum_age": ADULT_FROM} if slots <= ADULT else {}


def _assured(s: Shown, places: tuple[Place, ...]) -> Json:
    """The day of the last check, of the oldest one where there are several places; nothing where any place was never checked."""
    days = [place.checked.on if place.checked else None for place in places]
    if not days or None in days:
        return {}
    mailbox = s.head["edition"].mailbox
    return {"assured_date": min(day for day in days if day).isoformat(), **({"assurer_email": mailbox} if mailbox else {})}


def _alert(s: Shown, places: tuple[Place, ...]) -> str:
    """How it stands, place by place, what to use first, and the notice of the data."""
    words = []
    for place in places:
        where = f"{s.k.areas[place.area].name}, {SLOT_NAMES[place.slot]}: " if place.area and place.slot else ""
        first = ", ".join(s.contacts[id].name for id in place.fallback)
        words.append(where + place.says + (f" Use first: {first}." if first and not place.stands_first else ""))
    return " ".join(dict.fromkeys((*words, str(s.head["notice"]))))


def _standing(places: Iterable[Place]) -> str:
    """The worst standing it has anywhere: a service has one, and none may look better than it is."""
    found = {place.standing for place in places}
    return next(standing for standing in WORST_FIRST if standing in found)


def _contact(service: str, contact: ContactPoint) -> Json:
    """The team's ways in. Its name is the team's; no person is named anywhere."""
    own = stable_id("contact", service)
    typed = (("voice", contact.phone), *(("voice", number) for number in contact.phone_alternatives), ("text", contact.sms))
    phones = [
        {"id": stable_id("phone", service, kind, number), "contact_id": own, "number": number, "type": kind} for kind, number in typed if number
    ]
    email = {"email": contact.email} if contact.email else {}
    return {"id": own, "service_id": service, "name": contact.name, **email, **({"phones": phones} if phones else {})}


def _service_areas(s: Shown, service: str, places: tuple[Place, ...]) -> Iterator[Json]:
    """A service area for each area, by its ONS code, with an attribute for each slot and its standing there."""
    for slug in dict.fromkeys(place.area for place in places):
        own = stable_id("service-area", service, slug or "")
        if slug is None:
            yield {"id": own, "service_id": service, "name": "Not limited to one council's area"}
            continue
        here = [place for place in places if place.area == slug]
        area = s.k.areas[slug]
        yield {
            "id": own,
            "service_id": service,
            "name": area.name,
            "extent": area.ons_code,
            "extent_type": "text",
            "uri": f"http://statistics.data.gov.uk/id/statistical-geography/{area.ons_code}",
            "attributes": [
                attribute
                for place in here
                for attribute in (
                    _attribute(own, "service_area", SLOT, place.slot or ""),
                    _attribute(own, "service_area", STANDING, place.standing, place.slot or ""),
                )
            ],
        }


def _attribute(link: str, entity: str, taxonomy: str, name: str, value: str = "") -> Json:
    """A word of one of our taxonomies on a service or a service area. `value`: the slot a standing is about."""
    meanings = {standing.value: text for standing, text in STANDINGS.items()}
    term = stable_id("term", taxonomy, name)
    return {
        "id": stable_id("attribute", link, taxonomy, name, value),
        "link_id": link,
        "link_entity": entity,
        "taxonomy_term_id": term,
        **({"value": value} if value else {}),
        "taxonomy_term": {
            "id": term,
            "code": name,
            "name": name,
            "description": meanings.get(name, f"{taxonomy}: {SLOT_NAMES.get(name, name)}"),
            "taxonomy": taxonomy,
        },
    }


# --- schedules ---------------------------------------------------------------------------------------------------------


def _schedules(service: str, contact: ContactPoint) -> Iterator[Json]:
    """Weekly schedules from the hours for machines; the words alone where there are no such hours."""
    words = {"description": contact.hours_text} if contact.hours_text else {}
    if contact.hours is None:
        if words:
            yield {"id": stable_id("schedule", service), "service_id": service, **words}
        return
    holidays = " Closed on bank holidays." if "PH off" in contact.hours else "" if contact.hours == "24/7" else " Bank holidays are not stated."
    for opens, closes, days in weekly(contact.hours):
        byday = ",".join(DAYS[day] for day in days)
        yield {
            "id": stable_id("schedule", service, byday, opens, closes),
            "service_id": service,
            "freq": "WEEKLY",
            "byday": byday,
            "opens_at": opens,
            "closes_at": closes,
            **words,
            "notes": f"Times are London's, summer and winter.{holidays}",
        }


def weekly(hours: str) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    """Opening hours as (opens, closes, days from Monday 0). A span over midnight closes on the next day; a whole day ends at 23:59."""
    days = [[tuple(map(int, span.split("-"))) for span in day.split(",") if span] for day in week(hours).split("/")]
    found: dict[tuple[str, str], list[int]] = {}
    for number, spans in enumerate(days):
        for start, end in spans:
            whole = (start, end) == (0, MIDNIGHT)
            if start == 0 and not whole and any(stop == MIDNIGHT and begin for begin, stop in days[number - 1]):
                continue  # the end of last night's span, which stands with the day it began on
            night = next((stop for begin, stop in days[(number + 1) % 7] if begin == 0 and stop < MIDNIGHT), None) if end == MIDNIGHT else None
            closes = LAST_MINUTE if end == MIDNIGHT and (whole or night is None) else _clock(night if night is not None else end)
            found.setdefault((_clock(start), closes), []).append(number)
    return tuple((opens, closes, tuple(numbers)) for (opens, closes), numbers in found.items())


def _clock(minutes: int) -> str:
    return f"{datetime.time(*divmod(minutes, 60)):%H:%M}"


# --- organizations -----------------------------------------------------------------------------------------------------


def _organization(s: Shown, owner: str) -> Json:
    """The body that owns a contact point, as its pages name it. A council brings its website and its area's code."""
    own = stable_id("organization", owner)
    area = next((area for area in (*s.k.areas.values(), *s.k.other_areas.values()) if area.council == owner), None)
    if area is None:
        return {"id": own, "name": owner, "description": f"Named in its own pages as {owner}."}
    code = {
        "id": stable_id("identifier", owner),
        "organization_id": own,
        "identifier_type": "ONS code of its area",
        "identifier": area.ons_code,
    }
    return {"id": own, "name": owner, "description": f"The council for {area.name}.", "website": area.website, "organization_identifiers": [code]}
