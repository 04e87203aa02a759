"""What a card, a poster and a last slide say: the danger line, up to three ways in by day and by night, where to read on, and until when it is good.

One `Handout` is the source of every form of it: the page below /cards/, the PDF files and the slide. No form adds a value of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from scripts.load import Knowledge
from scripts.model import Age, Clock, Setting, Slot
from scripts.pages.page import Tally
from scripts.pages.subjects import short_code
from scripts.pages.words import ASKED, day
from scripts.routes import EMERGENCY, NOW, Answer, Way, answers, first_slot, national
from scripts.standing import COPY_LASTS, Standing, first_until, period_after

EACH = 2
"""How many ways in one part shows by day, and how many by night: the one to use first, and the next."""


@dataclass(frozen=True)
class Line:
    """One way in, as paper can show it."""

    id: str
    name: str
    phone: str | None
    """The number to dial. Where there is none, `other` says what to use."""
    other: str | None
    """A number for texts, a mailbox or an address, where there is no phone."""
    label: str
    """What stands before the name: "Use first", "If that fails", or nothing."""
    ask_for: str | None
    hours: str | None
    """As published."""
    mark: str
    """How it stands, in a few words; on paper as on screen (design section 5)."""
    standing: Standing
    cautions: tuple[str, ...] = ()
    """What to know before using it."""
    staff_only: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether somebody checked it with its owner, and the check holds."""
        return self.standing is Standing.CONFIRMED


@dataclass(frozen=True)
class Part:
    """Whom to ask about one kind of person: by day, and outside office hours."""

    title: str
    note: str
    by_day: tuple[Line, ...]
    by_night: tuple[Line, ...]
    """Empty where the lines by day say their own hours."""


@dataclass(frozen=True)
class Handout:
    """Everything one card, poster or slide says."""

    area_slug: str
    setting_slug: str | None
    title: str
    """Barnet, or: School in Barnet."""
    area: str
    setting: str | None
    first: str
    """What to do before anything else, in one sentence."""
    danger: Line
    parts: tuple[Part, ...]
    path: str
    """The page to read on at, from the root of the site: /barnet/school/."""
    code: str
    """The area's short code: A03 answers at /a03/."""
    base_address: str | None
    edition: str
    draft: str | None
    """What a draft says of itself on every page and print; None once the edition is no draft."""
    made_on: datetime.date
    valid_until: datetime.date
    """The last day on which everything on it still stands as it does here, and no later than a copy is good for."""
    first_ways: tuple[Line, ...] = ()
    """The lines that the first step itself names, where it names any."""

    @property
    def address(self) -> str | None:
        """The page's full address, for a QR code; None where the edition has no address."""
        return f"{self.base_address}{self.path.lstrip('/')}" if self.base_address else None

    @property
    def in_print(self) -> str:
        """The page's address as paper prints it: without https:// and the last slash; without a host where the edition has none."""
        return self.address.removeprefix("https://").rstrip("/") if self.address else self.path

    @property
    def short(self) -> str:
        """The short address of its area as paper prints it: prevent.example.org/a03, or /a03/ where the edition has no address."""
        code = self.code.lower()
        return f"{self.base_address}{code}".removeprefix("https://") if self.base_address else f"/{code}/"

    @property
    def slug(self) -> str:
        """What its files are called after: barnet, or barnet-school."""
        return f"{self.area_slug}-{self.setting_slug}" if self.setting_slug else self.area_slug

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every way in on it, in the order of reading."""
        return (self.danger, *self.first_ways, *(line for part in self.parts for line in (*part.by_day, *part.by_night)))

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The ids of the contact points on it that nobody has confirmed, each once."""
        return tuple(dict.fromkeys(line.id for line in self.lines if not line.confirmed))


def card_path(area: str, setting: str | None = None) -> str:
    """The address of a handout's page: /cards/barnet/, /cards/barnet/school/."""
    return f"/cards/{area}/{setting}/" if setting else f"/cards/{area}/"


def draft_words(k: Knowledge, tally: Tally) -> str | None:
    """The words of the draft strip (design section 5, publishing policy)."""
    if k.edition.policy != "draft":
        return None
    return f"Draft: {tally.confirmed} of {tally.shown} contact points confirmed. Not for operational use."


Until = dict[tuple[str, str, str], datetime.date | None]
"""Until when a contact point stands first, by its id and the area and slot it fills: asked often, the same on every handout."""


def handouts(
    k: Knowledge, today: datetime.date, tally: Tally, areas: Iterable[str] | None = None, settings: Iterable[str | None] | None = None
) -> Iterator[Handout]:
    """Many handouts at once, area by area. `areas`: left out, all. `settings`: None among them is the area itself; left out, that and all settings."""
    until: Until = {}
    for area in areas or k.areas:
        resolved = {public: answers(k, area, public, today) for public in (False, True)}
        for setting in settings or (None, *(slug for slug, record in k.settings.items() if record.local)):
            public = setting is not None and k.settings[setting].audience == "public"
            yield handout(k, area, setting, today, tally, resolved[public], until)


def handout(
    k: Knowledge,
    area: str,
    setting: str | None,
    today: datetime.date,
    tally: Tally,
    slots: Mapping[Slot, Answer] | None = None,
    until: Until | None = None,
) -> Handout:
    """What to print for an area, or for a setting in it.

    `tally`: the counts of the draft strip. `slots`: the area's answers for this setting's readers, where they are at hand. `until`: what other
    handouts of the same day asked for already, and where this one adds its own.
    """
    record = k.settings[setting] if setting else None
    public = record is not None and record.audience == "public"
    found = slots if slots is not None else answers(k, area, public, today)
    name = k.areas[area].name
    ways: list[Way] = []
    parts = tuple(_parts(k, record, found, today, ways))
    danger = national(k, EMERGENCY, today)
    first = next((step for step in record.steps if step.id == record.first_step), None) if record else None
    shown = (id for id in first.contacts if id != EMERGENCY and k.contacts[id].phone and not k.contacts[id].hidden) if first else ()
    named = tuple(national(k, id, today) for id in shown)
    ends = [_until(k, way, today, {} if until is None else until) for way in (danger, *ways, *named) if way.first]
    return Handout(
        area_slug=area,
        setting_slug=setting,
        title=f"{record.name} in {name}" if record else name,
        area=name,
        setting=record.name if record else None,
        first=first.do if first else "At work, tell your safeguarding lead first.",
        danger=replace(_line(danger), mark=""),  # as on every page: the danger line carries none
        parts=parts,
        path=f"/{area}/{setting}/" if setting else f"/{area}/",
        code=short_code(k.areas[area]),
        base_address=k.edition.base_address,
        edition=k.edition.name,
        draft=draft_words(k, tally),
        made_on=today,
        valid_until=min((period_after(today, COPY_LASTS), *(end for end in ends if end))),
        first_ways=tuple(_line(way) for way in named),
    )


def _until(k: Knowledge, way: Way, today: datetime.date, known: Until) -> datetime.date | None:
    key = (way.id, way.filling.area if way.filling else "", way.filling.slot if way.filling else "")
    if key not in known:
        known[key] = first_until(k, way.id, way.filling, today)
    return known[key]


def _parts(k: Knowledge, setting: Setting | None, slots: Mapping[Slot, Answer], today: datetime.date, ways: list[Way]) -> Iterable[Part]:
    """The parts of a handout; what they show is added to `ways`."""

    def lines(answer: Answer) -> tuple[Line, ...]:
        shown = answer.cards[:EACH]
        ways.extend(shown)
        return tuple(_line(way, _label(answer, way, number)) for number, way in enumerate(shown))

    def slot(age: Age, clock: Clock, otherwise: Slot) -> Slot:
        return (first_slot(setting, age, clock) if setting else None) or otherwise

    yield Part(
        "For a child",
        "under 18, or not sure",
        lines(slots[slot(Age.CHILD, Clock.OFFICE_HOURS, Slot.CHILDREN)]),
        lines(slots[slot(Age.CHILD, Clock.OUT_OF_HOURS, Slot.OUT_OF_HOURS_CHILDREN)]),
    )
    yield Part(
        "For an adult",
        "18 and over",
        lines(slots[slot(Age.ADULT, Clock.OFFICE_HOURS, Slot.ADULTS)]),
        lines(slots[slot(Age.ADULT, Clock.OUT_OF_HOURS, Slot.OUT_OF_HOURS_ADULTS)]),
    )
    if setting is not None and setting.audience == "public":
        advice = national(k, NOW["act_early"], today)
        ways.append(advice)
        yield Part("To talk it over", "", (_line(advice),), ())
    else:
        yield Part("For advice on Prevent", "", lines(slots[Slot.PREVENT]), ())


def _label(answer: Answer, way: Way, number: int) -> str:
    """What stands before a way in: the fallback is named as such, before or after the local line."""
    if way in answer.fallback:
        return "If that fails" if answer.local_first else "Use first"
    if way in answer.unplaced:
        return "It does not say for which ages"
    return "" if number == 0 else "Or"


def _line(way: Way, label: str = "") -> Line:
    contact = way.contact
    return Line(
        id=way.id,
        name=way.name,
        phone=contact.phone,
        other=None if contact.phone else next((str(value) for value in (contact.sms, contact.email, contact.page) if value), None),
        label=label,
        ask_for=contact.ask_for,
        hours=contact.hours_text,
        mark=mark(way),
        standing=way.judgement.standing,
        cautions=way.cautions,
        staff_only=contact.audience == "professionals",
    )


def mark(way: Way) -> str:
    """A standing in the few words that paper has room for. The page that the paper names says it in full."""
    judgement = way.judgement
    match judgement.standing:
        case Standing.CONFIRMED:
            assert judgement.confirmation is not None
            return f"Checked {ASKED[judgement.confirmation.how]}, {day(judgement.confirmation.on)}"
        case Standing.PUBLISHED:
            return "Published, not yet checked"
        case Standing.LAPSED:
            assert judgement.until is not None
            return f"Use with care: the last check ran out on {day(judgement.until)}"
        case _:
            return "Use with care: sources disagree" if judgement.disputed else "Use with care: not yet checked"
