"""Promise 4, for dates: nothing was seen, held, withdrawn or read on a day that has not come, or before it was written."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from scripts.load import Home
from scripts.problem import Problem
from scripts.rules.case import Case
from scripts.standing import earliest


def days_past(case: Case) -> Iterator[Problem]:
    """No day on which something was seen, looked for, held, withdrawn, reviewed or excepted is in the future, and no page is dated after it was seen."""
    for home, day in _days(case):
        if day > case.today:
            yield case.problem(home, "days-past", f"{day} is in the future", "write the day on which it happened")
    for id, source in case.k.sources.items():
        if (written := earliest(source.dated)) and written > source.seen:
            message = f"the page is dated {source.dated}, and was seen on {source.seen}, before that"
            yield case.problem(case.k.home("source", id, "dated"), "days-past", message, "look at both dates; the page may have been read again")


def _days(case: Case) -> Iterator[tuple[Home, datetime.date]]:
    k = case.k
    yield from ((k.home("source", id, "seen"), source.seen) for id, source in k.sources.items())
    for slug, area in k.areas.items():
        yield from ((k.home("area", slug, "slots", slot.value, "not_found"), empty.not_found) for slot, empty in area.slots.items())
    for id, contact in k.contacts.items():
        if contact.hold:
            yield k.home("contact", id, "hold", "since"), contact.hold.since
        if contact.withdrawn:
            yield k.home("contact", id, "withdrawn", "on"), contact.withdrawn.on
    for kind, table in (("setting", k.settings), ("situation", k.situations), ("guide", k.guides), ("myth", k.myths), ("scenario", k.scenarios),
                        ("session", k.sessions)):  # fmt: skip
        yield from ((k.home(kind, slug, "reviewed"), record.reviewed) for slug, record in table.items() if record.reviewed)
    yield from ((k.home("session", slug, "tried"), session.tried) for slug, session in k.sessions.items() if session.tried)
    yield from ((Home("pathways/exceptions.yml", ("exceptions", number, "since")), item.since) for number, item in enumerate(k.exceptions))
