"""From Knowledge to the records of the data: what is shown, how it stands, and in which words.

Every format is written from these records, so what is hidden here (held and withdrawn contact points, editors' notes, values that
a source prints and no page shows) is hidden in all of them. The data says what the pages say, and no more.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scripts import model
from scripts.exports import records as out
from scripts.load import Knowledge
from scripts.model import UNPLACED, Age, Clock, Filling, Slot
from scripts.pages import words
from scripts.pages.site import Resolved, tally
from scripts.pages.subjects import code_path
from scripts.routes import EMERGENCY, Answer, Way, answers, first_slot
from scripts.standing import HIDDEN, Judgement, Standing, first_until, judge, prints

LICENCE, LICENCE_ADDRESS = "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = (
    "Prevent Pathways contributors, CC BY 4.0; say what you changed. Facts were read in pages of the bodies named as sources; "
    "public-sector information under the Open Government Licence v3.0 where its publisher offers it."
)
UNCONFIRMED = (
    "Unconfirmed: no person has checked this value with its owner, or the check has run out. It was read in archived copies of public pages. "
    "Whoever shows it must say so beside it, and offer the fallback first where `stands_first` is false."
)
PROMISE = (
    "Version 1 only gains files and fields. No field, id or file is renamed, removed or given another meaning; records come and go with the facts. "
    "What cannot keep this goes into a version 2 beside it."
)
STANDINGS: Mapping[Standing, str] = {
    Standing.CONFIRMED: "A person checked the value with its owner, and the check has not run out.",
    Standing.PUBLISHED: "Unconfirmed. Two or more independent sources print the value, or its owner's own page of the last two years does.",
    Standing.WEAK: "Unconfirmed. One source, an old one, or sources that disagree: offer the fallback first.",
    Standing.LAPSED: "Unconfirmed. It was checked, and the check has run out: offer the fallback first.",
    Standing.NOT_FOUND: "Nothing was found for this slot: offer the fallback, or the council's own site.",
}
"""What each standing in the data means (design section 5). Held and withdrawn contact points are not in it."""

SLOT_NAMES: Mapping[str, str] = {
    Slot.CHILDREN: "Children's front door",
    Slot.ADULTS: "Adult safeguarding",
    Slot.OUT_OF_HOURS_CHILDREN: "Out of hours, children",
    Slot.OUT_OF_HOURS_ADULTS: "Out of hours, adults",
    Slot.PREVENT: "Prevent team",
    Slot.REFERRAL_FORM: "Where the referral form goes",
    Slot.CHANNEL: "Channel",
    Slot.LADO: "Allegations against staff (LADO)",
    UNPLACED: "Out of hours, age not stated",
}
"""A slot in words, as on the pages (theme/pages/_steps.html), for formats that have only words."""
WAYS_IN = ("phone", "sms", "email", "page")


@dataclass(frozen=True)
class Shown:
    """Everything the data says. `k` is there for the order of the areas; formats take values from the records only."""

    k: Knowledge
    head: Mapping[str, Any]
    contacts: Mapping[str, out.ContactPoint]
    sources: Mapping[str, out.Source]
    resolved: Resolved


def resolved_areas(k: Knowledge, today: datetime.date) -> Resolved:
    """Every area's slots, for staff (False) and for the public (True)."""
    return {(slug, public): answers(k, slug, public, today) for slug in k.areas for public in (False, True)}


def shown(k: Knowledge, today: datetime.date, resolved: Resolved) -> Shown:
    """What the contact points, the sources and the head of every file say."""
    contacts = {
        id: _contact(k, id, contact, places)
        for id, contact in k.contacts.items()
        if not contact.hidden and (places := _places(k, id, contact, today, resolved))
    }
    return Shown(k, _head(k, today), contacts, {id: _source(source) for id, source in k.sources.items()}, resolved)


def _head(k: Knowledge, today: datetime.date) -> Mapping[str, Any]:
    count, edition = tally(k, today), k.edition
    notice = f"{count.confirmed} of {count.shown} contact points confirmed."
    whose = out.Edition(
        id=k.edition_id, name=edition.name, owner=edition.owner, mailbox=edition.mailbox, base_address=edition.base_address,
        policy=edition.policy, fictional=edition.fictional,
    )  # fmt: skip
    return {
        "data_date": today,
        "notice": f"Draft: {notice} Not for operational use." if edition.policy == "draft" else notice,
        "edition": whose,
        "licence": LICENCE,
        "licence_address": LICENCE_ADDRESS,
        "attribution": ATTRIBUTION,
    }


# --- contact points ----------------------------------------------------------------------------------------------------


def _places(k: Knowledge, id: str, contact: model.ContactPoint, today: datetime.date, resolved: Resolved) -> tuple[out.Place, ...]:
    """Where this edition shows a contact point. Where it shows it nowhere, the contact point is in no file."""
    everywhere: tuple[Filling | None, ...] = (None,) if k.contact_area[id] is None else ()
    here = (filling for filling in contact.fills if filling.area in k.areas)
    places = (_place(k, id, contact, filling, today, resolved) for filling in (*everywhere, *here))
    return tuple(place for place in places if not _kept_back(k, place))


def _contact(k: Knowledge, id: str, contact: model.ContactPoint, places: tuple[out.Place, ...]) -> out.ContactPoint:
    values = contact.shown()
    return out.ContactPoint(
        name=contact.name, also_known_as=contact.also_known_as, what_for=contact.what_for, audience=contact.audience, owner=k.owner(id),
        area=k.contact_area[id], fictional=contact.fictional,
        phone=contact.phone, phone_alternatives=contact.phone_alternatives, sms=contact.sms, email=contact.email, page=contact.page,
        hours_text=contact.hours_text, hours=contact.hours, ask_for=contact.ask_for, caution=contact.caution,
        places=places,
        seen=tuple(
            out.Seen(
                source=sighting.source,
                prints=tuple(
                    name
                    for name, value in values.items()
                    if any(prints(sighting, name, one) for one in ((value,) if isinstance(value, str) else value))
                ),
                superseded=sighting.superseded,
                copied_from=sighting.copied_from,
            )
            for sighting in contact.sightings
        ),
    )  # fmt: skip


def _kept_back(k: Knowledge, place: out.Place) -> bool:
    """Whether the edition's policy shows no such local value: confirmed-only shows none that nobody checked."""
    return k.edition.policy == "confirmed-only" and place.area is not None and place.unconfirmed


def _place(k: Knowledge, id: str, contact: model.ContactPoint, filling: Filling | None, today: datetime.date, resolved: Resolved) -> out.Place:
    judgement = judge(k, id, filling, today)
    check = judgement.confirmation
    return out.Place(
        area=filling.area if filling else None,
        slot=filling.slot if filling else None,
        called=(filling.called if filling else None) or contact.name,
        caution=filling.caution if filling else None,
        standing=judgement.standing,
        unconfirmed=judgement.standing is not Standing.CONFIRMED,
        says=in_words(judgement, k.owner(id)),
        stands_first=judgement.first,
        disputed=judgement.disputed,
        until=judgement.until,
        stands_first_until=first_until(k, id, filling, today) if judgement.first else None,
        fields={name: judge(k, id, filling, today, name).standing for name in WAYS_IN if getattr(contact, name)},
        checked=out.Checked(on=check.on, how=check.how, by=check.by) if check else None,
        publishers=judgement.publishers,
        quoted=judgement.best,
        sources=filling.seen_in if filling else tuple(dict.fromkeys(sighting.source for sighting in contact.sightings)),
        fallback=_fallback(id, filling, resolved),
    )


def in_words(judgement: Judgement, owner: str) -> str:
    """A standing in one sentence, as on the cards (theme/pages/_card.html). It begins with “Unconfirmed” unless a check is good."""
    standing, publishers = judgement.standing, judgement.publishers
    if standing is Standing.CONFIRMED and judgement.confirmation and judgement.until:
        check = judgement.confirmation
        return f"Checked {words.ASKED[check.how]}, {words.day(check.on)}. Good until {words.day(judgement.until)}."
    if standing is Standing.LAPSED and judgement.until:
        return f"Unconfirmed: use with care, the last check ran out on {words.day(judgement.until)}."
    if standing is Standing.PUBLISHED:
        return f"Unconfirmed: published, not yet checked with {owner}."
    if judgement.disputed:
        return "Unconfirmed: use with care, sources disagree, and nobody has checked."
    if len(publishers) > 1:
        return "Unconfirmed: use with care, not yet checked."
    return f"Unconfirmed: use with care, seen only {f'with {publishers[0]}, and not yet checked' if publishers else 'in an old page'}."


def _fallback(id: str, filling: Filling | None, resolved: Resolved) -> tuple[str, ...]:
    """What stands in for a contact point: never itself. A line for which no age is stated falls back as the out-of-hours line it may be."""
    if filling is None:
        return ()
    slot = Slot.OUT_OF_HOURS_CHILDREN if filling.slot == UNPLACED else Slot(filling.slot)
    answer = resolved[filling.area, False][slot]
    return tuple(other for other in ids(answer.fallback) if other != id) or tuple(other for other in ids(answer.spare) if other != id)


def ids(ways: Iterable[Way]) -> tuple[str, ...]:
    """The ids of contact points that may be shown."""
    return tuple(dict.fromkeys(way.id for way in ways if way.judgement.standing not in HIDDEN))


# --- areas and routes --------------------------------------------------------------------------------------------------


def areas(s: Shown) -> out.AreasFile:
    """areas.json."""
    found = {slug: _area(s, slug, area) for slug, area in s.k.areas.items()}
    return out.AreasFile(**s.head, areas=found)


def _area(s: Shown, slug: str, area: model.Area) -> out.Area:
    staff, public = s.resolved[slug, False], s.resolved[slug, True]
    return out.Area(
        name=area.name, ons_code=area.ons_code, council=area.council, also_known_as=area.also_known_as, website=area.website, police=area.police,
        address=f"{slug}/", short_address=code_path(area).lstrip("/"),
        under_18=_arrangement(area.referral.under_18), adults=_arrangement(area.referral.adults),
        slots={slot: _slot(staff[slot], public[slot]) for slot in Slot},
    )  # fmt: skip


def _arrangement(found: model.Arrangement | str) -> out.Arrangement | None:
    return out.Arrangement(says=found.says, sources=found.sources) if isinstance(found, model.Arrangement) else None


def _slot(staff: Answer, public: Answer) -> out.SlotHere:
    empty = staff.empty
    return out.SlotHere(
        staff=_answer(staff), public=_answer(public), not_found=empty.not_found if empty else None, looked=empty.looked if empty else ()
    )


def _answer(found: Answer) -> out.SlotAnswer:
    return out.SlotAnswer(
        standing=found.standing, local_first=found.local_first, order=ids(found.cards), local=ids(found.ways), fallback=ids(found.fallback),
        spare=ids(found.spare), advice=ids(found.advice),
    )  # fmt: skip


def routes(s: Shown) -> out.RoutesFile:
    """routes.json. An area's answer to a slot stands in many routes and is worked out once."""
    found = {}
    for slug in s.k.areas:
        order = {public: {slot: ids(answer.cards) for slot, answer in s.resolved[slug, public].items()} for public in (False, True)}
        for setting, record in s.k.settings.items():
            if record.local:
                found[f"{slug}/{setting}"] = _route(slug, setting, record, order[record.audience == "public"])
    return out.RoutesFile(**s.head, emergency=EMERGENCY, routes=found)


def _route(area: str, slug: str, setting: model.Setting, order: Mapping[Slot, out.Ids]) -> out.Route:
    def first(age: Age, clock: Clock) -> out.Ids:
        slot = first_slot(setting, age, clock)
        return order[slot] if slot else ()

    return out.Route(
        area=area,
        setting=slug,
        address=f"{area}/{slug}/",
        first={age: {clock: first(age, clock) for clock in Clock} for age in Age},
        slots={slot: order[slot] for slot in dict.fromkeys(slot for step in setting.steps for slot in step.slots)},
    )


def settings(s: Shown) -> out.SettingsFile:
    """settings.json."""
    return out.SettingsFile(**s.head, settings={slug: _setting(s, slug, setting) for slug, setting in s.k.settings.items()})


def _setting(s: Shown, slug: str, setting: model.Setting) -> out.Setting:
    return out.Setting(
        name=setting.name, also_known_as=setting.also_known_as, group=setting.group, audience=setting.audience, local=setting.local,
        lead=setting.lead, summary=setting.summary, first_step=setting.first_step, address=f"settings/{slug}/",
        owner_role=setting.owner_role, reviewed=setting.reviewed, review_every=setting.review_every,
        duty=out.Point(says=setting.duty.says, force=setting.duty.force, our_advice=setting.duty.our_advice, sources=setting.duty.sources),
        steps=tuple(_step(s, step) for step in setting.steps),
    )  # fmt: skip


def _step(s: Shown, step: model.Step) -> out.Step:
    return out.Step(
        id=step.id, stage=step.stage, ages=step.ages, clocks=step.clocks, who=step.who, do=step.do, by_when=step.by_when, how=step.how,
        have_ready=step.have_ready, responsible=step.responsible,
        responsible_sources=step.responsible_sources, force=step.force, our_advice=step.our_advice, sources=step.sources,
        slots=step.slots, contacts=tuple(id for id in step.contacts if id in s.contacts),
    )  # fmt: skip


# --- myths, words, sources ---------------------------------------------------------------------------------------------


def myths(s: Shown) -> out.MythsFile:
    """myths.json."""
    found = {
        slug: out.Myth(
            code=myth.code, address=f"myths/{slug}/", claim=myth.claim, also_known_as=myth.also_known_as, answer=myth.answer,
            true_in_it=_facts(myth.true_in_it), evidence=_facts(myth.evidence), criticism=_facts(myth.criticism),
            not_known=myth.not_known, say=myth.say, reviewed=myth.reviewed,
        )
        for slug, myth in s.k.myths.items()
    }  # fmt: skip
    named = {id for myth in found.values() for fact in (*myth.true_in_it, *myth.evidence, *myth.criticism) for id in fact.figures}
    figures = {
        id: out.Figure(value=figure.value, year=figure.year, counts=figure.counts, cannot_show=figure.cannot_show, sources=figure.sources)
        for id, figure in s.k.statistics.figures.items()
        if id in named
    }
    return out.MythsFile(**s.head, myths=found, figures=figures)


def _facts(facts: tuple[model.Fact, ...]) -> tuple[out.Fact, ...]:
    return tuple(out.Fact(says=fact.says, figures=fact.figures, sources=fact.sources) for fact in facts)


def glossary(s: Shown) -> out.GlossaryFile:
    """glossary.json."""
    terms = {
        id: out.Term(
            name=term.name, spelled_out=term.spelled_out, means=term.means, also_known_as=term.also_known_as, not_to_confuse=term.not_to_confuse,
            address=f"glossary/#{id}",
        )
        for id, term in s.k.terms.items()
    }  # fmt: skip
    return out.GlossaryFile(**s.head, terms=terms)


def _source(source: model.Source) -> out.Source:
    return out.Source(
        title=source.title, publisher=source.publisher, kind=source.kind, url=source.url if source.link else None, dated=source.dated,
        seen=source.seen,
    )  # fmt: skip


def sources(s: Shown) -> out.SourcesFile:
    """sources.json."""
    return out.SourcesFile(**s.head, sources=s.sources)


def contact_points(s: Shown) -> out.ContactPointsFile:
    """contact-points.json."""
    return out.ContactPointsFile(**s.head, contact_points=s.contacts)
