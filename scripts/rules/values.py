"""Promise 4: every shown value was seen or confirmed, every filling was seen, and what is held appears nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import email_validator
import opening_hours
import phonenumbers

from scripts import agreed
from scripts.load import EDITION, Home
from scripts.model import VALUE_FIELDS, WAYS_IN, ContactPoint, Sighting, Values
from scripts.problem import Problem
from scripts.rules.case import Case
from scripts.standing import lead, prints, shown_by

SHORT = re.compile(r"(18000|18001 )?\d{3,6}|116 \d{3}")
"""Short codes (999, 101, 111, 18001 101): no phone library can judge them."""

DRAMA = re.compile(r"020 ?7946 ?0\d{3}|01632 ?960 ?\d{3}|07700 ?900 ?\d{3}|0808 ?157 ?0\d{3}")
"""Ofcom's numbers for drama; no real line may have one, no invented one anything else."""


def values_sighted(case: Case) -> Iterator[Problem]:
    """Every number, mailbox, page and opening time equals, letter for letter, what a sighting or a confirmation printed, held ones too."""
    for id, contact in case.k.contacts.items():
        for name, shown in contact.shown().items():
            if contact.hidden and not any(getattr(sighting, name) and not sighting.superseded for sighting in contact.sightings):
                continue  # held because nobody prints it
            for value in (shown,) if isinstance(shown, str) else shown:
                if not any(_prints_exactly(seen, name, value) for seen in (*contact.sightings, *contact.confirmations)):
                    home = case.k.home("contact", id, name)
                    message = f"{name} {value!r} equals no sighting and no confirmation"
                    yield case.problem(
                        home, "values-sighted", message, "copy the value as its source prints it, and say in sightings: which source that is"
                    )
        if contact.hours and not contact.hours_text:
            yield case.problem(
                case.k.home("contact", id, "hours"), "values-sighted", "hours stand without hours_text", "say in hours_text what the source prints"
            )


def _prints_exactly(seen: Values, name: str, value: str) -> bool:
    if name in ("phone", "phone_alternatives"):
        return value == seen.phone or value in seen.phone_alternatives
    return bool(value == getattr(seen, name))


def sightings_agree(case: Case) -> Iterator[Problem]:
    """A sighting that prints another number, mailbox or page than is shown is marked as superseded or as one that differs, and no other is."""
    for id, contact in case.k.contacts.items():
        for index, sighting in enumerate(contact.sightings):
            home = case.k.home("contact", id, "sightings", index)
            other = next(_other_values(contact, sighting), None)
            if other and not (sighting.differs or sighting.superseded):
                name, value = other
                shown = contact.phone if name == "phone_alternatives" else getattr(contact, name)
                message = f"{sighting.source} prints {name} {value}, and {id} shows {shown or 'none'}"
                tip = "compare both with the source; if they really differ, add differs: true, or superseded: true if a newer source replaced it"
                yield case.problem(home, "sightings-agree", message, tip)
            elif sighting.differs and (sighting.superseded or not other):
                message = f"{sighting.source} is marked differs: true, and it {'is superseded' if sighting.superseded else 'prints what is shown'}"
                yield case.problem(home, "sightings-agree", message, "take differs: true out")


def _other_values(contact: ContactPoint, sighting: Sighting) -> Iterator[tuple[str, str]]:
    """The ways in that a sighting prints and the contact point does not show."""
    for name in WAYS_IN:
        found = getattr(sighting, name)
        for value in (found,) if isinstance(found, str) else found or ():
            if not prints(contact, name, value):
                yield name, value


def sightings_once(case: Case) -> Iterator[Problem]:
    """Nothing counts twice: a contact point fills a slot in an area once, and names a sighting's source and a day's confirmation once."""
    for id, contact in case.k.contacts.items():
        told: tuple[tuple[str, str, list[object]], ...] = (
            ("fills", "this slot of this area is filled here already", [(filling.slot, filling.area) for filling in contact.fills]),
            ("sightings", "this source is among the sightings already", [(seen.source, seen.superseded) for seen in contact.sightings]),
            ("confirmations", "this confirmation stands here already", [(*one.shown().items(), one.on, one.how) for one in contact.confirmations]),
        )
        for field, message, items in told:
            for index, item in enumerate(items):
                if item in items[:index]:
                    tip = "join the two; a source that prints an old value and a current one has one sighting that is superseded and one that is not"
                    yield case.problem(case.k.home("contact", id, field, index), "sightings-once", message, tip)


def values_agreed(case: Case) -> Iterator[Problem]:
    """Every value that readers dial, click or trust is as an editor last agreed to it: a slip of the finger in any file is named and refused."""
    if case.agreed is None or case.k.edition_id != EDITION:
        return  # another edition has values of its owner's, and the common ones are asked about in London's
    if not case.agreed.strip():
        message, tip = "the register of agreed values is missing", f"restore it from git, or run: {agreed.COMMAND}"
        yield Problem(agreed.FILE, 1, 1, "values-agreed", message, tip, at=agreed.FILE)
    else:
        yield from agreed.problems(case.k, case.agreed)


def fillings_sighted(case: Case) -> Iterator[Problem]:
    """Every filling names sightings of its own contact point, and one of them, or a check of this filling, says the number or mailbox itself."""
    for id, contact in case.k.contacts.items():
        sighted = {sighting.source for sighting in contact.sightings}
        leading = lead(contact)
        for index, filling in enumerate(contact.fills):
            home = case.k.home("contact", id, "fills", index, "seen_in")
            for source in filling.seen_in:
                if source not in sighted and source in case.k.sources:
                    yield case.problem(
                        home, "fillings-sighted", f"{source} is not among the sightings of {id}", "add the sighting, or take it out of seen_in"
                    )
            seen = [sighting for sighting in contact.sightings if sighting.source in filling.seen_in]
            told = [check for check in contact.confirmations if f"{filling.area}/{filling.slot}" in check.covers]
            if leading and not any(prints(values, *leading) for values in (*seen, *told)):
                message = f"no source in seen_in prints {leading[1]}, so nothing ties it to {filling.slot} in {filling.area}"
                yield case.problem(home, "fillings-sighted", message, "name the source that does, or take the filling out")
        if leading is None and not contact.hold:
            home = case.k.home("contact", id)
            yield case.problem(home, "fillings-sighted", f"{id} shows no way in", "give a phone, sms, email or page, or declare its slot empty")


def confirmations_sound(case: Case) -> Iterator[Problem]:
    """A confirmation is not in the future, names a value, and says which fillings it is about."""
    for id, contact in case.k.contacts.items():
        filled = {f"{filling.area}/{filling.slot}" for filling in contact.fills}
        for index, confirmation in enumerate(contact.confirmations):
            home = case.k.home("contact", id, "confirmations", index)
            if confirmation.on > case.today:
                yield case.problem(home, "confirmations-sound", f"{confirmation.on} is in the future", "write the day the value was checked")
            if not any(getattr(confirmation, name) for name in VALUE_FIELDS):
                yield case.problem(home, "confirmations-sound", "names no value", "say which number, mailbox or page was checked")
            if filled and not confirmation.covers:
                yield case.problem(
                    home, "confirmations-sound", "does not say what it covers", f"write covers: [{', '.join(sorted(filled))}], as far as you asked"
                )
            for covered in confirmation.covers:
                if covered not in filled:
                    yield case.problem(
                        home, "confirmations-sound", f"{covered} is not filled by {id}", f"it fills {', '.join(sorted(filled)) or 'nothing'}"
                    )


def held_nowhere(case: Case) -> Iterator[Problem]:
    """A held contact point is named by no step and no advice. Its value, or a withdrawn one's, is shown by no other record and stands in no words.

    A withdrawn one may stay named: pages show nothing of it. Its number may stay elsewhere if that was checked since the recall.
    """
    held: dict[str, str] = {}
    shown: dict[str, str] = {}
    for id, contact in case.k.contacts.items():
        if contact.hold:
            held |= {_plain(value): id for value in reachable(contact)}
        elif contact.withdrawn:
            for value in reachable(contact):
                others = shown_by(case.k, value, contact.withdrawn.on)
                if len(_plain(value)) > 6 and not (others and all(others.values())):
                    held[_plain(value)] = id
        else:
            shown |= {_plain(value): id for value in reachable(contact)}
    for reference in case.k.references:
        if "not_offered" in reference.home.pointer:
            continue  # a scenario may say that a held line must not be offered
        if reference.kind == "contact" and case.k.contacts[reference.id].hold:
            message = f"{reference.id} is held and may not be shown here"
            yield case.problem(reference.home, "held-nowhere", message, "name another contact point, or take it out")
    for value, id in held.items():
        if value in shown:
            home = case.k.home("contact", shown[value])
            message = f"shows {value}, which is {'held' if case.k.contacts[id].hold else 'withdrawn'} in {id}"
            tip = "hold or withdraw this one too; or check it with its owner, and free the other"
            yield case.problem(home, "held-nowhere", message, tip)
    numbers = {value for value in held if len(value) > 6}
    for reading in case.readings:
        words = _plain(reading.text)
        for value in numbers:
            if value in words and not _inside_held(case, reading.home):
                yield case.problem(
                    reading.home, "held-nowhere", f"the held value {value} of {held[value]} stands here", "take it out; notes are for editors"
                )


def reachable(contact: ContactPoint) -> tuple[str, ...]:
    """Every number, mailbox and page of a contact point."""
    return tuple(value for value in (contact.phone, *contact.phone_alternatives, contact.sms, contact.email, contact.page) if value)


def _plain(value: str) -> str:
    return value.replace(" ", "").lower()


def _inside_held(case: Case, home: Home) -> bool:
    """Whether the text is a value of a held contact point itself."""
    if len(home.pointer) < 2 or home.pointer[0] != "contacts":
        return False
    contact = case.k.contacts.get(str(home.pointer[1]))
    return contact is not None and contact.hidden


def values_valid(case: Case) -> Iterator[Problem]:
    """Numbers can be dialled in this country, mailboxes are well formed, hours can be read, and invented numbers are marked as such."""
    for id, contact in case.k.contacts.items():
        for name in ("phone", "phone_alternatives"):
            shown = getattr(contact, name) or ()
            for number in (shown,) if isinstance(shown, str) else shown:
                if bool(DRAMA.fullmatch(number)) != contact.fictional:
                    message = f"{number} is {'one of Ofcom’s drama numbers' if not contact.fictional else 'not one of Ofcom’s drama numbers'}"
                    yield case.problem(
                        case.k.home("contact", id, name),
                        "values-valid",
                        message,
                        "only records marked fictional: true carry drama numbers, and only those",
                    )
                elif not contact.fictional and not dialable(number):
                    message = f"{number} is not a number that exists in the United Kingdom"
                    yield case.problem(case.k.home("contact", id, name), "values-valid", message, "compare it with the source, digit by digit")
        if contact.email and not _well_formed(contact.email):
            yield case.problem(
                case.k.home("contact", id, "email"), "values-valid", f"{contact.email} is not a valid address", "compare it with the source"
            )
        if contact.hours and (fault := _hours_fault(contact.hours)):
            yield case.problem(
                case.k.home("contact", id, "hours"),
                "values-valid",
                f"hours cannot be read: {fault}",
                "write them as in Mo-Th 09:00-17:15; Fr 09:00-17:00",
            )


@cache
def dialable(number: str) -> bool:
    """Whether a number can exist in the United Kingdom. Short codes pass on their own list."""
    if SHORT.fullmatch(number):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "GB"))
    except phonenumbers.NumberParseException:
        return False


@cache
def _well_formed(address: str) -> bool:
    try:
        email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return True


@cache
def _hours_fault(hours: str) -> str:
    try:
        opening_hours.OpeningHours(hours, country="GB")
    except opening_hours.ParserError as error:  # type: ignore[attr-defined]
        return str(error).splitlines()[0]
    return ""
