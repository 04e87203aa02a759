"""What falls due: contact points to check with their owners, and texts for a safeguarding lead to read (design section 5). A pure list."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from scripts.load import Knowledge, record_references
from scripts.model import Filling, Kept, Record
from scripts.standing import HIDDEN, Standing, judge, period_after

READ_AGAIN = ("setting", "situation", "guide", "myth", "scenario", "session")
"""The kinds of record that a safeguarding lead reads and reads again."""

Why = Literal["never-checked", "checked", "never-read", "read"]


@dataclass(frozen=True)
class Due:
    """One thing that falls due."""

    on: datetime.date
    """The last day on which it is good. Never checked or never read: the day the newest of its sources was read."""
    id: str
    """The contact point's id; a text's kind and address: setting/school."""
    what: str
    """Its name, as the page prints it."""
    why: Why
    area: str | None = None
    """The area of the filling; None for national contact points and for texts."""
    slot: str | None = None
    standing: Standing | None = None
    """The contact point's standing in this filling today; None for texts."""

    @property
    def is_contact(self) -> bool:
        """Whether it is a contact point and not a text."""
        return self.standing is not None

    def overdue(self, today: datetime.date) -> bool:
        """Whether its last good day is past."""
        return self.on < today


def due(k: Knowledge, today: datetime.date) -> tuple[Due, ...]:
    """Everything that falls due, the longest overdue first. Held and withdrawn contact points are not in it: nobody sees them."""
    return tuple(sorted((*contacts_due(k, today), *texts_due(k)), key=lambda item: (item.on, item.area or "", item.id, item.slot or "")))


def contacts_due(k: Knowledge, today: datetime.date) -> Iterator[Due]:
    """Every shown contact point, filling by filling; a national one once."""
    for id, contact in k.contacts.items():
        for filling in contact.fills or (None,):
            judgement = judge(k, id, filling, today)
            if judgement.standing in (*HIDDEN, Standing.NOT_FOUND):
                continue
            why: Why = "checked" if judgement.until else "never-checked"
            yield Due(
                on=judgement.until or _last_read(k, id, filling),
                id=id,
                what=(filling.called if filling else None) or contact.name,
                why=why,
                area=filling.area if filling else None,
                slot=filling.slot if filling else None,
                standing=judgement.standing,
            )


def _last_read(k: Knowledge, id: str, filling: Filling | None) -> datetime.date:
    """The day the newest source of a contact point (of a filling) was read."""
    named = filling.seen_in if filling else [sighting.source for sighting in k.contacts[id].sightings]
    return max(k.sources[source].seen for source in named)


def texts_due(k: Knowledge) -> Iterator[Due]:
    """Every text that a safeguarding lead has never read, or reads again."""
    tables: Mapping[str, Mapping[str, Kept]] = {
        "setting": k.settings, "situation": k.situations, "guide": k.guides, "myth": k.myths, "scenario": k.scenarios, "session": k.sessions
    }  # fmt: skip
    for kind in READ_AGAIN:
        for slug, record in tables[kind].items():
            name = str(getattr(record, "name", "") or getattr(record, "claim", ""))
            if record.reviewed is not None:
                yield Due(period_after(record.reviewed, record.review_every), f"{kind}/{slug}", name, "read")
            else:
                yield Due(_newest_source(k, record), f"{kind}/{slug}", name, "never-read")


def _newest_source(k: Knowledge, record: Record) -> datetime.date:
    """The day the newest source of a text was read."""
    return max((k.sources[id].seen for kind, id, _ in record_references(record) if kind == "source"), default=datetime.date.min)


def within(items: tuple[Due, ...], today: datetime.date, days: int, area: str | None = None) -> tuple[Due, ...]:
    """Those overdue on a day, or due in so many days from it; of one area if it is named."""
    last = today + datetime.timedelta(days=days)
    return tuple(item for item in items if item.on <= last and (area is None or item.area == area))
