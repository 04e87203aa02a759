"""What to ask when a contact point is checked with its owner: the lines of a call sheet, in the order in which to call."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from scripts.due import Due, contacts_due
from scripts.load import Knowledge
from scripts.model import UNPLACED, ContactPoint, Slot
from scripts.routes import CORE

QUESTIONS = {
    Slot.CHILDREN: "Is this still the right way in for concerns about a child who lives in {area}?",
    Slot.ADULTS: "Is this still the right way in for concerns about an adult who lives in {area}?",
    Slot.OUT_OF_HOURS_CHILDREN: "Outside office hours, does this answer for a child who lives in {area}?",
    Slot.OUT_OF_HOURS_ADULTS: "Outside office hours, does this answer for an adult who lives in {area}?",
    Slot.PREVENT: "Does this still reach the Prevent team for {area}?",
    Slot.REFERRAL_FORM: "Does the national Prevent referral form for {area} still go here?",
    Slot.CHANNEL: "Does this still reach the Channel panel for {area}?",
    Slot.LADO: "Does this still reach the LADO for {area}?",
    UNPLACED: "Outside office hours in {area}, whose concerns does this take: children’s, adults’, or both?",
}
"""One question for each slot that a contact point fills."""
OPEN = "When is it open? Who answers when it is closed?"
RIGHT = "Is this still right?"
MAILBOX = "Is the mailbox read every working day?"


@dataclass(frozen=True)
class Question:
    """One question, and whether it asks for more than yes or no."""

    text: str
    asks_for_words: bool = False


@dataclass(frozen=True)
class Call:
    """One contact point on a call sheet."""

    id: str
    contact: ContactPoint
    covers: tuple[str, ...]
    """Its fillings, each as area/slot, as a confirmation names them."""
    questions: tuple[Question, ...]
    due: datetime.date
    never: bool
    """Whether nobody has ever checked the value it shows."""

    def overdue(self, today: datetime.date) -> bool:
        """Whether its last good day is past."""
        return self.due < today


def calls(k: Knowledge, areas: Iterable[str], today: datetime.date, everywhere: bool = False, items: Iterable[Due] | None = None) -> tuple[Call, ...]:
    """The contact points that fill a slot in one of these areas, and the national ones if `everywhere`.

    Those that take concerns come first (children and adults, day and night), and among them the longest overdue. A shared line
    is asked about all its areas in one call. `items`: what `contacts_due` gives, where it is at hand already.
    """
    wanted, by_id = set(areas), dict[str, list[Due]]()
    for item in contacts_due(k, today) if items is None else items:
        by_id.setdefault(item.id, []).append(item)
    found = [
        _call(k, id, due) for id, due in by_id.items() if any(item.area in wanted for item in due) or (everywhere and k.contact_area[id] is None)
    ]
    return tuple(sorted(found, key=lambda call: _order(call, today)))


def _order(call: Call, today: datetime.date) -> tuple[bool, bool, int, datetime.date, str]:
    """Core slots first, then what is overdue, then in the order of the slots."""
    order = [*Slot, UNPLACED]
    slots = [cover.split("/")[1] for cover in call.covers]
    place = min((order.index(slot) for slot in slots), default=len(order))
    return not any(slot in CORE.values() for slot in slots), not call.overdue(today), place, call.due, call.id


def _call(k: Knowledge, id: str, items: list[Due]) -> Call:
    contact = k.contacts[id]
    places = [(item.area, item.slot) for item in items if item.area and item.slot]
    asked = [Question(QUESTIONS[_slot(slot)].format(area=k.areas[area].name), slot == UNPLACED) for area, slot in places] or [Question(RIGHT)]
    asked += [Question(OPEN, True)] if contact.phone else []
    asked += [Question(MAILBOX)] if contact.email else []
    covers = tuple(f"{item.area}/{item.slot}" for item in items if item.area)
    return Call(id, contact, covers, tuple(asked), min(item.on for item in items), all(item.why == "never-checked" for item in items))


def _slot(name: str) -> Slot | str:
    return name if name == UNPLACED else Slot(name)


def gaps(k: Knowledge, area: str) -> tuple[Slot, ...]:
    """The slots for which nothing was found in an area: what else to ask, once somebody is on the line."""
    return tuple(slot for slot in Slot if all(k.contacts[id].hidden for id, _ in k.fillings.get((area, slot), ())))
