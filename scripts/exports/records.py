"""Version 1 of the data, file by file: what other programs may rely on. The JSON Schemas are made from here.

A field, once here, stays and keeps its meaning; version 1 only gains fields (tests/v1_fields.txt lists them). These records are not
those of scripts/model.py on purpose: the files in pathways/ may change their shape, and this may not.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

Day = datetime.date
Ids = tuple[str, ...]


class Out(BaseModel):
    """One thing the data says."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


# --- what every file begins with ---------------------------------------------------------------------------------------


class Edition(Out):
    """Whose data this is."""

    id: str
    name: str
    owner: str | None
    """The organisation that answers for it; null: nobody does yet."""
    mailbox: str | None
    """Where to report a mistake; null: nowhere yet."""
    base_address: str | None
    """Where the site stands. Every `address` in the data is one below it; null: it has none yet."""
    policy: str
    """The publishing policy: draft, confirmed-core or confirmed-only."""
    fictional: bool
    """True for an invented example."""


class Head(Out):
    """What every file begins with, so that no file is read without its warning."""

    version: str = "1"
    data_date: Day
    """The day on which every standing was judged. Standings run out: look at `until` before you use an older copy."""
    notice: str
    """Print this wherever the data is shown."""
    edition: Edition
    licence: str
    licence_address: str
    attribution: str
    """How to name the source."""


# --- contact points ----------------------------------------------------------------------------------------------------


class Checked(Out):
    """The last time a person checked the value with its owner."""

    on: Day
    how: str
    """phone, email, in-person or letter."""
    by: str
    """The role of the person who checked."""


class Place(Out):
    """How a contact point stands in one slot of one area."""

    area: str | None
    """The area's id; null: for everyone."""
    slot: str | None
    """The slot; null: none, it is for everyone. out-of-hours-age-not-stated: its source does not say for whom."""
    called: str
    """What it is called here."""
    caution: str | None
    """What to know before using it here."""
    standing: str
    """confirmed, published, weak or lapsed; index.json says what each means."""
    unconfirmed: bool
    """True for every standing but confirmed."""
    says: str
    """The standing in words. It begins with “Unconfirmed” unless a person has checked it."""
    stands_first: bool
    """Whether it may stand before its fallback. Where false, offer the fallback first."""
    disputed: bool
    """Whether sources disagree."""
    until: Day | None
    """The last day of the check, ahead or past; null: never checked."""
    stands_first_until: Day | None
    """The last day it may stand first if nobody touches the data; null: it does not, or time alone does not end it."""
    fields: Mapping[str, str]
    """The standing of each way in by itself (phone, sms, email, page): a number may rest on more than a mailbox."""
    checked: Checked | None
    publishers: tuple[str, ...]
    """Who prints the value, old pages and copies apart."""
    quoted: str | None
    """The source to quote."""
    sources: Ids
    """The sources that tie it to this slot here."""
    fallback: Ids
    """What stands in for it here, first one first."""


class Seen(Out):
    """One source in which it was read."""

    source: str
    prints: tuple[str, ...]
    """Which of the values shown above this source prints. What it prints otherwise is not published."""
    superseded: bool
    """True where a newer source replaced what this one prints."""
    copied_from: str | None
    """The source it took its text from: a copy is not independent."""


class ContactPoint(Out):
    """One published way in."""

    name: str
    also_known_as: tuple[str, ...]
    what_for: str
    audience: str
    """everyone, professionals (never show it to families) or public."""
    owner: str
    """The body that owns it."""
    area: str | None
    """The area whose bodies own it; null: a national one."""
    fictional: bool
    """True for an invented one."""
    phone: str | None
    """In its source's spacing."""
    phone_alternatives: tuple[str, ...]
    """Further numbers of the very same line."""
    sms: str | None
    email: str | None
    page: str | None
    """A form or page to open."""
    hours_text: str | None
    """Opening hours as published."""
    hours: str | None
    """The same for machines (OpenStreetMap opening_hours), London time."""
    ask_for: str | None
    """What to say or press."""
    caution: str | None
    """What to know before using it."""
    places: tuple[Place, ...]
    """Where it serves, and how it stands there."""
    seen: tuple[Seen, ...]


class ContactPointsFile(Head):
    """contact-points.json: every contact point that is shown, by id. Held and withdrawn ones are in no file."""

    contact_points: Mapping[str, ContactPoint]


# --- areas and routes --------------------------------------------------------------------------------------------------


class SlotAnswer(Out):
    """A slot in an area, for one kind of reader."""

    standing: str
    """Of the best local contact point; not-found where there is none."""
    local_first: bool
    """Whether a local contact point stands before the fallback."""
    order: Ids
    """The contact points in the order to offer them: the good local ones, the fallback, the rest."""
    local: Ids
    """Those of them that fill the slot here."""
    fallback: Ids
    """Those of them that stand in for it."""
    spare: Ids
    """What takes over once everything in `order` has run out."""
    advice: Ids
    """Who gives advice beside it."""


class SlotHere(Out):
    """A slot in an area."""

    staff: SlotAnswer
    """For readers at work."""
    public: SlotAnswer
    """For families and the public: no professionals' line."""
    not_found: Day | None
    """When nothing was found, the day it was last looked for."""
    looked: Ids
    """The sources looked in."""


class Arrangement(Out):
    """How a referral goes here."""

    says: str
    sources: Ids


class Area(Out):
    """One of the 33 London authorities."""

    name: str
    ons_code: str
    council: str
    also_known_as: tuple[str, ...]
    website: str
    police: str
    address: str
    short_address: str
    """A short address that leads on to the one above."""
    under_18: Arrangement | None
    """Who gets a concern about a child first; null: no source says."""
    adults: Arrangement | None
    slots: Mapping[str, SlotHere]


class AreasFile(Head):
    """areas.json: every area by id."""

    areas: Mapping[str, Area]


class Route(Out):
    """A pathway in an area. Its steps are in settings.json, its contact points in contact-points.json."""

    area: str
    setting: str
    address: str
    first: Mapping[str, Mapping[str, Ids]]
    """By age (child, adult) and clock (office-hours, out-of-hours): the contact points in the order to offer them. The emergency line is before all."""
    slots: Mapping[str, Ids]
    """By slot: the contact points in order. The steps in settings.json say which slots each needs, at which age and clock."""


class RoutesFile(Head):
    """routes.json: every route by area/setting."""

    emergency: str
    """The contact point that stands before everything else."""
    routes: Mapping[str, Route]


class Point(Out):
    """One thing to know."""

    says: str
    force: str
    """must (law), should (statutory guidance or procedure) or could (good practice)."""
    our_advice: bool
    """True where it is our own advice."""
    sources: Ids


class Step(Out):
    """One step of a pathway."""

    id: str
    """Its anchor on the page."""
    stage: str
    """notice, check, share, record or follow-up."""
    ages: tuple[str, ...]
    clocks: tuple[str, ...]
    who: str
    do: str
    by_when: str
    how: tuple[str, ...]
    have_ready: tuple[str, ...]
    responsible: str
    """Who is responsible meanwhile."""
    responsible_sources: Ids
    """Who says so; none: it is our advice."""
    force: str
    our_advice: bool
    sources: Ids
    slots: tuple[str, ...]
    """The local contact points it needs."""
    contacts: Ids
    """The national contact points it needs."""


class Setting(Out):
    """A job, with its pathway."""

    name: str
    also_known_as: tuple[str, ...]
    group: str
    audience: str
    """staff or public."""
    local: bool
    """False: one page for everywhere, and no routes."""
    lead: str
    """The person to tell first."""
    summary: str
    first_step: str
    """The step that stands at the top of the page, by its id."""
    address: str
    owner_role: str
    """The role that answers for the text."""
    reviewed: Day | None
    """When a safeguarding lead last read it; null: none has."""
    review_every: str
    duty: Point
    steps: tuple[Step, ...]


class SettingsFile(Head):
    """settings.json: every setting by id."""

    settings: Mapping[str, Setting]


# --- myths, words, sources ---------------------------------------------------------------------------------------------


class Figure(Out):
    """One published number."""

    value: str
    year: str
    counts: str
    cannot_show: str
    sources: Ids


class Fact(Out):
    """Something a source says."""

    says: str
    figures: Ids
    sources: Ids


class Myth(Out):
    """A claim, and an honest answer."""

    code: str
    address: str
    claim: str
    also_known_as: tuple[str, ...]
    answer: str
    true_in_it: tuple[Fact, ...]
    evidence: tuple[Fact, ...]
    criticism: tuple[Fact, ...]
    not_known: tuple[str, ...]
    say: str
    """The answer spoken in 20 seconds."""
    reviewed: Day | None
    """When a safeguarding lead last read it; null: none has."""


class MythsFile(Head):
    """myths.json: every myth by id, and the figures they rest on."""

    myths: Mapping[str, Myth]
    figures: Mapping[str, Figure]


class Term(Out):
    """One word of the glossary."""

    name: str
    spelled_out: str | None
    means: str
    also_known_as: tuple[str, ...]
    not_to_confuse: str | None
    address: str


class GlossaryFile(Head):
    """glossary.json: every term by id."""

    terms: Mapping[str, Term]


class Source(Out):
    """One page that was read."""

    title: str
    publisher: str
    kind: str
    url: str | None
    """Where it was read; null for test hosts, archives and old addresses, which are evidence and never a link."""
    dated: str | None
    """Its date as far as it is known (ISO 8601-2); null: undated."""
    seen: Day
    """The day it was read."""


class SourcesFile(Head):
    """sources.json: every source by id."""

    sources: Mapping[str, Source]


# --- the index ---------------------------------------------------------------------------------------------------------


class FileEntry(Out):
    """One file of this version."""

    what: str
    media_type: str
    bytes: int
    sha256: str
    count: int | None
    """How many records it holds; null for a schema."""
    json_schema: str | None
    """The path of its JSON Schema; null where it has none here."""


class IndexFile(Head):
    """index.json: every other file by its path from this one."""

    unconfirmed: str
    """What the word means here."""
    standings: Mapping[str, str]
    """What each standing means."""
    promise: str
    """What stays as it is."""
    files: Mapping[str, FileEntry]


SHAPES: Mapping[str, type[Head]] = {
    "index.json": IndexFile,
    "contact-points.json": ContactPointsFile,
    "areas.json": AreasFile,
    "routes.json": RoutesFile,
    "settings.json": SettingsFile,
    "myths.json": MythsFile,
    "glossary.json": GlossaryFile,
    "sources.json": SourcesFile,
}
"""The shape of each JSON file."""


def schemas() -> dict[str, bytes]:
    """The JSON Schema (draft 2020-12) of each file, by its path in the folder. Fields that a later version adds pass it too."""
    made = {}
    for name, shape in SHAPES.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape.model_json_schema(mode="serialization")}
        made[f"schema/{name}"] = (json.dumps(schema, indent=1, ensure_ascii=False) + "\n").encode()
    return made
