"""What the sightings and confirmations of a contact point add up to today. Derived on the day, never typed (design section 5)."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scripts.load import Knowledge
from scripts.model import WAYS_IN, Confirmation, ContactPoint, Filling, Period, Sighting, Slot, Values

RECENT_YEARS = 2
"""An owner's own page counts alone for two years (design section 5, "published")."""
INDEPENDENT = 2
"""Sightings by this many publishers, none a copy of another, count without the owner (design section 5)."""

OLD_YEARS = 7
"""A page known to be older than this still stands as a sighting but no longer counts as an independent one (our reading of "old")."""
QUOTED_YEARS = 4
"""A page dated within these years is quoted before the owner's undated one."""

RENEWED = (Slot.PREVENT, Slot.REFERRAL_FORM, Slot.CHANNEL)
"""The slots that lead to a Prevent team. Its grant is given afresh each 1 April (parliamentary question 71459), so posts and mailboxes change then."""
COPY_LASTS = "6 months"
"""How long a copy is good when nobody makes a new one: as long as a confirmation does where the record says nothing else (ContactPoint.check_every)."""


class Standing(StrEnum):
    """Best first."""

    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    WEAK = "weak"
    LAPSED = "lapsed"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    NOT_FOUND = "not-found"


FIRST = (Standing.CONFIRMED, Standing.PUBLISHED)
"""With these the number stands first; with the others its fallback does."""
HIDDEN = (Standing.HELD, Standing.WITHDRAWN)
"""With these nothing is shown anywhere."""


@dataclass(frozen=True)
class Judgement:
    """A standing and why. `best` is the sighting to quote; `publishers` are those who print the value, old pages apart."""

    standing: Standing
    disputed: bool = False
    publishers: tuple[str, ...] = ()
    best: str | None = None
    confirmation: Confirmation | None = None
    until: datetime.date | None = None
    """The last day of the confirmation: ahead where it is confirmed, past where it has lapsed."""

    @property
    def first(self) -> bool:
        """Whether the number may stand before its fallback."""
        return self.standing in FIRST


def period_after(start: datetime.date, period: Period) -> datetime.date:
    """The day a period ends: "6 months" after 31 August is 28 (or 29) February."""
    count, unit = period.split()
    if unit == "days":
        return start + datetime.timedelta(days=int(count))
    month = start.month - 1 + int(count)
    year, month = start.year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def runs_out(contact: ContactPoint, filling: Filling | None, confirmation: Confirmation) -> datetime.date:
    """The last day of a confirmation: after `check_every`, and for a Prevent team by the next 31 March at the latest (see RENEWED)."""
    until = period_after(confirmation.on, contact.check_every)
    if filling is None or filling.slot not in RENEWED:
        return until
    turn = datetime.date(confirmation.on.year + (confirmation.on >= datetime.date(confirmation.on.year, 4, 1)), 3, 31)
    return min(until, turn)


def earliest(dated: str | None) -> datetime.date | None:
    """The earliest day a source's date can mean, or None where it has none, or no start: "2024" is 1 January 2024. Cautious on purpose."""
    if dated is None or dated.startswith(".."):
        return None
    parts = [int(part) for part in dated.split("/")[0].rstrip("~").split("-")]
    year, month, day = (*parts, 1, 1)[:3]
    return datetime.date(year, month, day)


def latest(dated: str | None) -> datetime.date | None:
    """The latest day a source's date can mean: "2024" is 31 December 2024. None where it has no date, or no end."""
    if dated is None or dated.endswith(".."):
        return None
    text = dated.split("/")[-1].rstrip("~")
    start = earliest(text)
    assert start is not None
    longer = {4: "12 months", 7: "1 months", 10: "1 days"}[len(text)]
    return period_after(start, longer) - datetime.timedelta(days=1)


def years_before(day: datetime.date, years: int) -> datetime.date:
    """The same day some years before; 28 February where that year has no 29th."""
    year = day.year - years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def same(one: str, other: str) -> bool:
    """Whether two values are one: numbers whatever their spacing, everything else whatever its case."""
    return one.replace(" ", "").lower() == other.replace(" ", "").lower()


def prints(seen: Values, name: str, value: str) -> bool:
    """Whether a sighting or confirmation prints this value of this field. A line's alternatives are one set."""
    if name in ("phone", "phone_alternatives"):
        numbers = (*((seen.phone,) if seen.phone else ()), *seen.phone_alternatives)
        return any(same(number, value) for number in numbers)
    found = getattr(seen, name)
    return found is not None and same(found, value)


def shown_by(k: Knowledge, value: str, since: datetime.date) -> dict[str, bool]:
    """The contact points that show a value, and whether each was checked with its owner on that day or after it."""
    found: dict[str, bool] = {}
    for id, contact in k.contacts.items():
        names = [name for name in WAYS_IN if not contact.hidden and prints(contact, name, value)]
        if names:
            checks = [check for check in contact.confirmations if check.on >= since]
            found[id] = all(any(prints(check, name, value) for check in checks) for name in names)
    return found


def lead(contact: ContactPoint) -> tuple[str, str] | None:
    """The field and value a reader uses first: the phone, else text, mailbox or page."""
    for name in WAYS_IN:
        value = getattr(contact, name)
        if value:
            return (name, value) if isinstance(value, str) else (name, value[0])
    return None


def _counting(k: Knowledge, contact: ContactPoint, filling: Filling | None, name: str, value: str) -> Iterator[Sighting]:
    """The sightings that speak for this value in this filling: printed there, not superseded, not a copy."""
    for sighting in contact.sightings:
        if filling is not None and sighting.source not in filling.seen_in:
            continue
        if not sighting.superseded and sighting.copied_from is None and prints(sighting, name, value):
            yield sighting


def _rivals(contact: ContactPoint, name: str) -> bool:
    """Whether a source that has not been superseded prints something else in this field."""
    shown = contact.shown().get(name)
    if not isinstance(shown, str):
        return False
    others = (sighting for sighting in contact.sightings if not sighting.superseded and getattr(sighting, name))
    return any(not prints(contact, name, getattr(sighting, name)) for sighting in others)


def _covers(confirmation: Confirmation, filling: Filling | None) -> bool:
    return filling is None or f"{filling.area}/{filling.slot}" in confirmation.covers


def _weight(k: Knowledge, sighting: Sighting, owner: str, today: datetime.date) -> tuple[bool, bool, datetime.date]:
    """How good a sighting is to quote: newly dated before all, then the owner's own page, then the newer one; old is as good as undated."""
    source = k.sources[sighting.source]
    day = earliest(source.dated) or datetime.date.min
    new = day >= years_before(today, QUOTED_YEARS)
    return new, source.publisher == owner, day if day >= years_before(today, OLD_YEARS) else datetime.date.min


def judge(k: Knowledge, contact_id: str, filling: Filling | None, today: datetime.date, field: str | None = None) -> Judgement:
    """The standing of a contact point on a day: in one filling (None: for everyone), by its leading value or by `field`.

    Source of the rules: design section 5.
    """
    contact = k.contacts[contact_id]
    if contact.withdrawn is not None:
        return Judgement(Standing.WITHDRAWN)
    if contact.hold is not None:
        return Judgement(Standing.HELD)
    leading = lead(contact) if field is None else (field, str(getattr(contact, field)))
    if leading is None:
        return Judgement(Standing.NOT_FOUND)
    name, value = leading
    counting = list(_counting(k, contact, filling, name, value))
    old = years_before(today, OLD_YEARS)
    publishers = tuple(
        dict.fromkeys(
            k.sources[sighting.source].publisher for sighting in counting if (latest(k.sources[sighting.source].dated) or datetime.date.max) >= old
        )
    )
    disputed = _rivals(contact, name)
    owner = k.owner(contact_id)
    since = years_before(today, RECENT_YEARS)
    own_and_recent = [
        sighting
        for sighting in counting
        if k.sources[sighting.source].publisher == owner and (day := earliest(k.sources[sighting.source].dated)) and since <= day <= today
    ]
    quoted = max(counting, key=lambda sighting: _weight(k, sighting, owner, today), default=None)
    best = quoted.source if quoted else None
    confirmations = [c for c in contact.confirmations if c.on <= today and prints(c, name, value) and _covers(c, filling)]
    if confirmations:
        last = max(confirmations, key=lambda confirmation: confirmation.on)
        until = runs_out(contact, filling, last)
        if today <= until:
            return Judgement(Standing.CONFIRMED, False, publishers, best, last, until)
        return Judgement(Standing.LAPSED, disputed, publishers, best, last, until)
    if not disputed and (len(publishers) >= INDEPENDENT or own_and_recent):
        return Judgement(Standing.PUBLISHED, False, publishers, best)
    return Judgement(Standing.WEAK, disputed, publishers, best)


def first_until(k: Knowledge, contact_id: str, filling: Filling | None, today: datetime.date) -> datetime.date | None:
    """The last day on which a contact point that stands first today still does, if nobody touches the files. None: time alone does not end it.

    A confirmation runs out; a page that counted as recent or as not too old grows older.
    """
    judgement = judge(k, contact_id, filling, today)
    if judgement.standing is Standing.CONFIRMED:
        return judgement.until
    sources = [k.sources[sighting.source] for sighting in k.contacts[contact_id].sightings]
    recent = (period_after(day, f"{RECENT_YEARS * 12} months") for source in sources if (day := earliest(source.dated)))
    old = (period_after(day, f"{OLD_YEARS * 12} months") for source in sources if (day := latest(source.dated)))
    one_day = datetime.timedelta(days=1)
    near = {day + one_day * shift for day in (*recent, *old) for shift in (-1, 0, 1)}  # a 29 February is counted from both sides
    for day in sorted(day for day in near if day >= today):
        if not judge(k, contact_id, filling, day + one_day).first:
            return day
    return None
