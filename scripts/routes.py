"""A route: a pathway resolved in one area, every slot filled by a contact point or by its declared fallback."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scripts.load import Knowledge
from scripts.model import UNPLACED, Age, Area, Clock, ContactPoint, EmptySlot, Filling, Outcome, Scenario, Setting, Slot, Stage, Step, Withdrawal
from scripts.standing import HIDDEN, Judgement, Standing, judge

EMERGENCY = "emergency-999"
"""Stands before everything else on every page."""

FALLBACKS: Mapping[Slot, tuple[Slot | str, ...]] = MappingProxyType(
    {
        Slot.CHILDREN: ("police-101",),
        Slot.ADULTS: ("police-101",),
        Slot.OUT_OF_HOURS_CHILDREN: ("police-101",),
        Slot.OUT_OF_HOURS_ADULTS: ("police-101",),
        Slot.PREVENT: ("act-early-line",),
        Slot.REFERRAL_FORM: (Slot.PREVENT,),
        Slot.CHANNEL: (Slot.PREVENT,),
        Slot.LADO: (Slot.CHILDREN,),
    }
)
"""What takes a slot's place where nothing good enough fills it (design section 5): a national contact point, or another slot.

Design section 5 also names the out-of-hours line as the daytime fallback. Those lines say that they answer outside office
hours only, so by day police 101 stands alone; out of hours the area's own line comes first because it fills the slot itself.
"""

ADVICE: Mapping[Slot, tuple[str, ...]] = MappingProxyType({Slot.CHILDREN: ("nspcc",), Slot.OUT_OF_HOURS_CHILDREN: ("nspcc",)})
"""Who gives advice beside the fallback."""

NOW: Mapping[str, str] = MappingProxyType(
    {
        "emergency": "emergency-999",
        "bsl": "emergency-999-bsl",
        "sms": "emergency-sms",
        "police": "police-101",
        "police_relay": "police-101-text-relay",
        "hotline": "anti-terrorist-hotline",
        "online": "report-terrorism-online",
        "act_early": "act-early-line",
        "nspcc": "nspcc",
    }
)
"""The national contact points that templates name, by the name they use."""

CORE: Mapping[tuple[Age, Clock], Slot] = MappingProxyType(
    {
        (Age.CHILD, Clock.OFFICE_HOURS): Slot.CHILDREN,
        (Age.CHILD, Clock.OUT_OF_HOURS): Slot.OUT_OF_HOURS_CHILDREN,
        (Age.ADULT, Clock.OFFICE_HOURS): Slot.ADULTS,
        (Age.ADULT, Clock.OUT_OF_HOURS): Slot.OUT_OF_HOURS_ADULTS,
    }
)
"""The slot that answers first for each age and clock."""


@dataclass(frozen=True)
class Way:
    """One contact point as it stands here today."""

    id: str
    contact: ContactPoint
    judgement: Judgement
    filling: Filling | None = None

    @property
    def first(self) -> bool:
        """Whether it may stand before a fallback."""
        return self.judgement.first

    @property
    def name(self) -> str:
        """What it is called here."""
        return (self.filling.called if self.filling else None) or self.contact.name

    @property
    def cautions(self) -> tuple[str, ...]:
        """What to know before using it, here and everywhere."""
        return tuple(text for text in (self.filling.caution if self.filling else None, self.contact.caution) if text)


@dataclass(frozen=True)
class Answer:
    """A slot in an area: the local ways in, what stands in for them, and what was looked for and not found."""

    slot: Slot
    ways: tuple[Way, ...]
    fallback: tuple[Way, ...]
    spare: tuple[Way, ...]
    """What takes over when everything else in the answer runs out while an old copy is read: the rest of the fallbacks' own fallbacks."""
    advice: tuple[Way, ...]
    unplaced: tuple[Way, ...]
    """Out of hours: local lines whose sources do not say whose concerns they take."""
    empty: EmptySlot | None
    recalled: Withdrawal | None = None
    """The latest recall, where the slot stands empty because of it."""

    @property
    def found(self) -> bool:
        """Whether a local contact point is shown at all."""
        return bool(self.ways)

    @property
    def local_first(self) -> bool:
        """Whether a local contact point stands before the fallback."""
        return bool(self.ways) and self.ways[0].first

    @property
    def standing(self) -> Standing:
        """The standing of the best local contact point; not found where there is none."""
        return self.ways[0].judgement.standing if self.ways else Standing.NOT_FOUND

    @property
    def cards(self) -> tuple[Way, ...]:
        """The order on the page: what is good enough, then the fallback, then the rest."""
        good = tuple(way for way in self.ways if way.first)
        rest = (*(way for way in self.ways if not way.first), *self.unplaced)
        return (*good, *self.fallback, *rest) if good else (*self.fallback, *rest)


@dataclass(frozen=True)
class RouteStep:
    """A step with its slots and contact points filled."""

    step: Step
    answers: tuple[Answer, ...]
    contacts: tuple[Way, ...]


@dataclass(frozen=True)
class Route:
    """A setting's pathway in one area."""

    area_slug: str
    area: Area
    setting_slug: str
    setting: Setting
    steps: tuple[RouteStep, ...]
    answers: Mapping[Slot, Answer]

    def branch(self, age: Age, clock: Clock) -> Iterator[RouteStep]:
        """The steps for one age and clock, in order."""
        return (step for step in self.steps if age in step.step.ages and clock in step.step.clocks)

    def first_answer(self, age: Age, clock: Clock) -> Answer | None:
        """The first slot that the share stage names for this age and clock, filled."""
        slot = first_slot(self.setting, age, clock)
        return self.answers[slot] if slot is not None else None

    @property
    def first_step(self) -> Step:
        """The step that stands at the top of the page."""
        return next(step.step for step in self.steps if step.step.id == self.setting.first_step)


def first_slot(setting: Setting, age: Age, clock: Clock) -> Slot | None:
    """The first slot that the share stage of a pathway names for an age and a clock."""
    shared = (step for step in setting.steps if step.stage is Stage.SHARE and age in step.ages and clock in step.clocks)
    return next((slot for step in shared for slot in step.slots), None)


def national(k: Knowledge, contact_id: str, today: datetime.date) -> Way:
    """A contact point as it stands for everyone."""
    return Way(contact_id, k.contacts[contact_id], judge(k, contact_id, None, today))


def _ways(k: Knowledge, area: str, slot: str, public: bool, today: datetime.date) -> tuple[Way, ...]:
    """The contact points that may be shown in a slot: best standing first, phones before mailboxes."""
    ways = [Way(id, k.contacts[id], judge(k, id, filling, today), filling) for id, filling in k.fillings.get((area, slot), ())]
    shown = [way for way in ways if way.judgement.standing not in HIDDEN and not (public and way.contact.audience == "professionals")]
    if k.edition.policy == "confirmed-only":
        shown = [way for way in shown if way.judgement.standing is Standing.CONFIRMED]
    order = list(Standing)
    return tuple(sorted(shown, key=lambda way: (order.index(way.judgement.standing), way.contact.phone is None)))


def answer(k: Knowledge, area: str, slot: Slot, public: bool, today: datetime.date) -> Answer:
    """A slot resolved in an area. `public`: for readers who are not staff (no professionals' lines)."""
    out_of_hours = slot in (Slot.OUT_OF_HOURS_CHILDREN, Slot.OUT_OF_HOURS_ADULTS)
    ways = _ways(k, area, slot, public, today)
    unplaced = _ways(k, area, UNPLACED, public, today) if out_of_hours and not ways else ()
    alone = bool(ways) and ways[0].first and slot is Slot.LADO
    fallback = () if alone else _fallback(k, area, slot, public, today)
    shown = {way.id for way in (*ways, *fallback)}
    return Answer(
        slot=slot,
        ways=ways,
        fallback=fallback,
        spare=tuple(way for way in _fallback(k, area, slot, public, today, whole=True) if way.id not in shown),
        advice=tuple(national(k, id, today) for id in ADVICE.get(slot, ())),
        unplaced=unplaced,
        empty=k.areas[area].slots.get(slot),
        recalled=None if ways else _recalled(k, area, slot, public),
    )


def _recalled(k: Knowledge, area: str, slot: Slot, public: bool) -> Withdrawal | None:
    """The latest recall among the contact points of a slot."""
    contacts = (k.contacts[id] for id, _ in k.fillings.get((area, slot), ()))
    recalls = [contact.withdrawn for contact in contacts if contact.withdrawn and not (public and contact.audience == "professionals")]
    return max(recalls, key=lambda recall: recall.on, default=None)


def _fallback(k: Knowledge, area: str, slot: Slot, public: bool, today: datetime.date, whole: bool = False) -> tuple[Way, ...]:
    """What stands in for a slot: up to the first that is good enough, or the `whole` chain down to the national line at its end."""
    found: list[Way] = []
    for name in FALLBACKS[slot]:
        if isinstance(name, Slot):
            ways = [way for way in _ways(k, area, name, public, today) if way.first]
            found += ways if ways and not whole else (*ways, *_fallback(k, area, name, public, today, whole))
        else:
            found.append(national(k, name, today))
    return tuple(found)


def answers(k: Knowledge, area: str, public: bool, today: datetime.date) -> Mapping[Slot, Answer]:
    """Every slot of an area, resolved."""
    return MappingProxyType({slot: answer(k, area, slot, public, today) for slot in Slot})


def nationals(k: Knowledge, today: datetime.date) -> Mapping[str, Way]:
    """Every national contact point as it stands today."""
    return MappingProxyType({id: national(k, id, today) for id, area in k.contact_area.items() if area is None})


def resolve(
    k: Knowledge,
    area: str,
    setting: str,
    today: datetime.date,
    resolved: Mapping[Slot, Answer] | None = None,
    lines: Mapping[str, Way] | None = None,
) -> Route:
    """The route of a setting in an area. `resolved`, `lines`: the area's answers and the national lines, where they are at hand already."""
    record = k.settings[setting]
    slots = resolved if resolved is not None else answers(k, area, record.audience == "public", today)
    steps = tuple(
        RouteStep(step, tuple(slots[slot] for slot in step.slots), tuple((lines or {}).get(id) or national(k, id, today) for id in step.contacts))
        for step in record.steps
    )
    return Route(area, k.areas[area], setting, record, steps, slots)


def offered(k: Knowledge, scenario: Scenario, home: str | None, today: datetime.date) -> tuple[str, ...]:
    """The contact points that the outcome of a scenario offers a reader, first one first, with the home address in `home`.

    An outcome that names one of the four core slots asks for the one of the person's age and the hour; any other slot is meant as it is.
    """
    outcome: Outcome = k.check.outcomes[scenario.check[-1]]
    if outcome.does.slots and home is not None:
        slot = outcome.does.slots[0]
        if slot in CORE.values():
            slot = CORE[scenario.branch, scenario.clock]
        public = k.settings[scenario.setting].audience == "public"
        return tuple(way.id for way in answer(k, home, slot, public, today).cards)
    return in_place(k, outcome.does.contacts)


def in_place(k: Knowledge, contacts: tuple[str, ...]) -> tuple[str, ...]:
    """The named national contact points that may be shown; police 101 where every one of them was withdrawn."""
    return tuple(id for id in contacts if not k.contacts[id].hidden) or (("police-101",) if contacts else ())


def as_expected(k: Knowledge, first: str | None, found: tuple[str, ...], today: datetime.date) -> bool:
    """Whether a scenario's answer begins with the contact point it expects, but for a check, a lapse or a recall since the scenario was written.

    Somebody checked another line of the answer, and that one comes first now; or the expected line ran out or was withdrawn.
    """
    if first is None or not found or found[0] == first:
        return (found[0] if found else None) == first
    here = (filling for ids in k.fillings.values() for id, filling in ids if id == first)
    past = {Standing.LAPSED, Standing.WITHDRAWN}
    gone = {judge(k, first, filling, today).standing for filling in (*here, None)} & past
    return bool(gone) or (first in found and bool(k.contacts[found[0]].confirmations))
