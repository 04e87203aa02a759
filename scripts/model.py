"""The records: what a pathways file may say, typed and immutable.

This module is the data guide too. The docstring under each field is what an editor shows while you type (through the JSON
Schema that `python -m scripts schema` writes from it into `pathways/schema/`). Nothing here reads a file or knows a page.

Every value arrives as text (see `scripts/load.py`); the types below turn it into dates, choices and records, and refuse
keys they do not know.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


class Unquoted(str):
    """Text that stood without quotes in YAML and that another YAML reader would take for a number, a date or yes/no."""


# --- the small types --------------------------------------------------------------------------------------------------


def _text(value: Any) -> Any:
    if isinstance(value, Unquoted):
        raise PydanticCustomError(
            "quoted", "must be a quoted string", {"tip": f'write "{value}", with the quotes, so that no reader turns it into a number'}
        )
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("empty", "must not be empty", {"tip": "write the text, or leave the whole line out"})
    return value


def _pattern(expression: str, must: str, tip: str) -> BeforeValidator:
    compiled = re.compile(expression)

    def check(value: Any) -> Any:
        if isinstance(value, str) and not compiled.fullmatch(value):
            raise PydanticCustomError("pattern", "must be {must}, not {value}", {"must": must, "value": repr(str(value)), "tip": tip})
        return value

    return BeforeValidator(check, json_schema_input_type=str)


def _date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else "")
        except ValueError:
            raise PydanticCustomError(
                "date", "must be a real date, not {value}", {"value": repr(str(value)), "tip": "write year-month-day, such as 2026-11-21"}
            ) from None
    return value


def _real_ends(value: Any) -> Any:
    """A source's date: months and days that exist, and the earlier end first."""
    if isinstance(value, str):
        try:
            ends = [datetime.date(*([int(part) for part in end.rstrip("~").split("-")] + [1, 1])[:3]) for end in value.split("/") if end != ".."]
        except ValueError:
            ends = []
        if not ends or ends != sorted(ends):
            tip = "look at the month and the day; in a range the earlier date stands first"
            raise PydanticCustomError("date", "must be a real date, not {value}", {"value": repr(str(value)), "tip": tip})
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise PydanticCustomError("flag", "must be true or false, not {value}", {"value": repr(str(value)), "tip": "write true or false"})
        return value == "true"
    return value


def _minutes(value: Any) -> Any:
    """Whole minutes: YAML hands them over as text."""
    if isinstance(value, str):
        if not re.fullmatch(r"[1-9][0-9]{0,2}", value):
            raise PydanticCustomError(
                "pattern", "must be whole minutes, not {value}", {"value": repr(str(value)), "tip": "write a number of minutes, such as 15"}
            )
        return int(value)
    return value


def _freeze(value: Any) -> Any:
    return MappingProxyType(value)


Text = Annotated[str, BeforeValidator(_text, json_schema_input_type=str)]
"""Words for a reader or an editor. Never empty."""

Id = Annotated[
    str,
    _pattern(r"[a-z0-9]+(-[a-z0-9]+)*", "an id in kebab-case", "use small letters, digits and single hyphens, such as barnet-mash"),
    WithJsonSchema({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
]
"""A name for a record: kebab-case, never used twice, never reused."""

Phone = Annotated[
    str,
    _pattern(r"[0-9]+( [0-9]+)*", "digits with single spaces", "keep the source's spacing; put words such as “option 3” into ask_for"),
    BeforeValidator(_text, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+( [0-9]+)*$"}),
]
"""A phone number in its source's spacing, quoted: "020 8359 4066", "999", "18001 101"."""

Email = Annotated[
    str,
    _pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address", "write one role mailbox, such as prevent@example.org"),
    WithJsonSchema({"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$"}),
]
"""The mailbox of a role or team, never of a person."""

Url = Annotated[
    str,
    _pattern(r"https://[^\s<>\"']+", "an address that starts with https://", "copy the address from the browser; only https links are published"),
    WithJsonSchema({"type": "string", "pattern": "^https://"}),
]
"""An outside address that a page may link to."""

SourceUrl = Annotated[
    str,
    _pattern(r"https?://[^\s<>\"']+", "an address that starts with http:// or https://", "copy the address of the page that was read"),
    WithJsonSchema({"type": "string", "pattern": "^https?://"}),
]
"""Where a source was read. May be an old http address; only https ones are ever made into links."""

Colour = Annotated[
    str,
    _pattern(r"#[0-9a-f]{6}", "a colour of # and six small digits", 'write it in quotes, such as "#1f4e79"; your web team knows yours'),
    WithJsonSchema({"type": "string", "pattern": "^#[0-9a-f]{6}$"}),
]
"""A colour as web pages write it: red, green and blue, two digits (0-9, a-f) each."""

Day = Annotated[datetime.date, BeforeValidator(_date, json_schema_input_type=datetime.date)]
"""A date, such as 2026-11-21."""

_KNOWN = r"(19|20)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?~?"

Dated = Annotated[
    str,
    BeforeValidator(_real_ends, json_schema_input_type=str),
    _pattern(
        rf"{_KNOWN}(/({_KNOWN}|\.\.))?|\.\./{_KNOWN}",
        "a date as far as it is known",
        "write 2024, 2024-05 or 2024-05-09; 2024~ for about 2024; 2020/2021 for between; 2023-09/.. for after; ../2019 for up to",
    ),
]
"""The date of a source, as far as it is known (ISO 8601-2): 2024 · 2024-05 · 2024-05-09 · 2024~ · 2020/2021 · 2023-09/.. · ../2019 ."""

Flag = Annotated[bool, BeforeValidator(_flag, json_schema_input_type=bool)]

Minutes = Annotated[
    int,
    BeforeValidator(_minutes, json_schema_input_type=int),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 999}),
]
"""How long something takes in a room: 15."""

Period = Annotated[
    str,
    _pattern(r"[1-9][0-9]{0,2} (days|months)", "a period", "write a whole number and days or months, such as 6 months"),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,2} (days|months)$"}),
]
"""How long something stays good: "90 days", "6 months"."""


@dataclass(frozen=True)
class Ref:
    """Marks a field that names another record; `load` checks that the record is there."""

    kind: Literal["source", "area", "contact", "procedure", "setting", "situation", "course", "figure", "chart", "node", "scenario"]


SourceId = Annotated[Id, Ref("source")]
AreaId = Annotated[Id, Ref("area")]
ContactId = Annotated[Id, Ref("contact")]
ProcedureId = Annotated[Id, Ref("procedure")]
SettingId = Annotated[Id, Ref("setting")]
SituationId = Annotated[Id, Ref("situation")]
CourseId = Annotated[Id, Ref("course")]
FigureId = Annotated[Id, Ref("figure")]
ChartId = Annotated[Id, Ref("chart")]
NodeId = Annotated[Id, Ref("node")]
ScenarioId = Annotated[Id, Ref("scenario")]

PageAddress = Annotated[
    str,
    _pattern(r"/([a-z0-9-]+/)*(#[a-z0-9-]+)?", "an address on this site", "write it from the root, such as /share/ or /share/#police"),
    WithJsonSchema({"type": "string", "pattern": "^/"}),
]
"""A page of this site, as its address from the root: /share/, /myths/spying/."""


class Record(BaseModel):
    """One thing the files say. Immutable; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


# --- the words of the design -------------------------------------------------------------------------------------------


class Slot(StrEnum):
    """What a pathway asks an area to fill. Each area fills every slot or declares it empty."""

    CHILDREN = "children"
    ADULTS = "adults"
    OUT_OF_HOURS_CHILDREN = "out-of-hours-children"
    OUT_OF_HOURS_ADULTS = "out-of-hours-adults"
    PREVENT = "prevent"
    REFERRAL_FORM = "referral-form"
    CHANNEL = "channel"
    LADO = "lado"


UNPLACED = "out-of-hours-age-not-stated"
"""A filling for a line whose source does not say whether it takes children's or adults' concerns. It fills no slot."""

SlotName = Literal[
    "children", "adults", "out-of-hours-children", "out-of-hours-adults", "prevent", "referral-form", "channel", "lado",
    "out-of-hours-age-not-stated",
]  # fmt: skip


class Age(StrEnum):
    """Which branch of a pathway: under 18, or 18 and over. "Not sure of age" takes the child's."""

    CHILD = "child"
    ADULT = "adult"


ADULT_FROM = 18
"""The birthday from which a person is an adult on every page (Children Act 1989 s.105: a child is a person under eighteen)."""


class Clock(StrEnum):
    """When: while the offices are open, or not."""

    OFFICE_HOURS = "office-hours"
    OUT_OF_HOURS = "out-of-hours"


class Stage(StrEnum):
    """The five stages of every pathway, in order."""

    NOTICE = "notice"
    CHECK = "check"
    SHARE = "share"
    RECORD = "record"
    FOLLOW_UP = "follow-up"


class Force(StrEnum):
    """How binding an instruction is: law, statutory guidance or procedure, good practice."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"


class SourceKind(StrEnum):
    """What kind of page a source is; it decides what the source can carry."""

    STATUTE = "statute"
    STATUTORY_GUIDANCE = "statutory-guidance"
    GUIDANCE = "guidance"
    PROCEDURE = "procedure"
    GOVERNMENT = "government"
    COUNCIL = "council"
    PARTNERSHIP = "partnership"
    POLICE = "police"
    NHS = "nhs"
    SCHOOL = "school"
    CHARITY = "charity"
    PARLIAMENT = "parliament"
    INSPECTION = "inspection"
    RESEARCH = "research"
    NEWS = "news"
    OTHER = "other"


CONFIRMING_ROLES = (
    "duty-officer",
    "prevent-coordinator",
    "safeguarding-lead",
    "community-safety-officer",
    "edition-editor",
)
"""Who may confirm a contact point: roles, never names."""

ConfirmingRole = Literal["duty-officer", "prevent-coordinator", "safeguarding-lead", "community-safety-officer", "edition-editor"]


# --- contact points ----------------------------------------------------------------------------------------------------


class Values(Record):
    """The ways in that one source prints, one person confirmed, or one contact point shows."""

    phone: Phone | None = None
    """The number, in the source's spacing."""
    phone_alternatives: tuple[Phone, ...] = ()
    """Further numbers the source prints for the very same line."""
    sms: Phone | None = None
    """A number that takes text messages."""
    email: Email | None = None
    """A role mailbox."""
    page: Url | None = None
    """A form or page to open."""
    hours_text: Text | None = None
    """Opening hours in plain words, as published."""

    def shown(self) -> dict[str, str | tuple[str, ...]]:
        """The values that are there, by field name."""
        return {name: value for name in VALUE_FIELDS if (value := getattr(self, name))}


VALUE_FIELDS = ("phone", "phone_alternatives", "sms", "email", "page", "hours_text")
"""The fields of `Values`: what a sighting sees and a confirmation confirms."""

WAYS_IN = ("phone", "phone_alternatives", "sms", "email", "page")
"""Those of them by which somebody can be reached."""


class Sighting(Values):
    """One source in which values were read. Keep it when sources disagree; never tidy what it prints."""

    source: SourceId
    """The source, by its id in sources.yml."""
    superseded: Flag = False
    """True when a newer source shows that this value was replaced: it no longer counts, and is no disagreement."""
    copied_from: SourceId | None = None
    """The source this page took its text from: a copy is not an independent sighting."""
    differs: Flag = False
    """True when this source, though not superseded, prints another number, mailbox or page than the contact point shows. The dispute is meant."""
    says: Text | None = None
    """For editors: what else the source says of this line."""


class Confirmation(Values):
    """A person checked these very values with their owner. It says nothing about a value it does not name."""

    on: Day
    """The day it was checked."""
    how: Literal["phone", "email", "in-person", "letter"]
    """How the owner was asked."""
    by: ConfirmingRole
    """The role of the person who checked, from the closed list. Never a name."""
    covers: tuple[Text, ...] = ()
    """Which fillings were asked about, each as area/slot, such as barnet/children. Needed where the contact point fills slots."""


class Filling(Record):
    """This contact point fills this slot in this area, because these sources say so. Right for adults says nothing for children."""

    slot: SlotName
    """The slot, or out-of-hours-age-not-stated where the source does not say whose concerns the line takes."""
    area: AreaId
    """The area's slug."""
    seen_in: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    """Which of the sightings tie the line to this slot in this area."""
    called: Text | None = None
    """What this area calls the line, where that is not the contact point's own name."""
    caution: Text | None = None
    """For readers in this area: what to know before using it here. No numbers."""


class Hold(Record):
    """Why a contact point may not be shown. It stays here as a record; its slot counts as not found."""

    reason: Text
    """Why, for editors."""
    since: Day
    """Since when."""


class Withdrawal(Record):
    """A recalled contact point: its fallback takes its place at once."""

    on: Day
    why: Text


class ContactPoint(Values):
    """One published way in: a line, mailbox, form or page, owned by one body."""

    name: Text
    """The team or line, as its owner calls it. Never a person."""
    also_known_as: tuple[Text, ...] = ()
    """Other names staff may use for it."""
    what_for: Text
    """What it is for, in one plain sentence."""
    audience: Literal["everyone", "professionals", "public"] = "everyone"
    """Who may use it. A professionals' line is never shown to families."""
    owner: Text | None = None
    """The body that owns the line, named as in `publisher` of its own pages. Left out: the area's council."""
    ask_for: Text | None = None
    """What to say or press: "option 3", "Ask for the duty social worker"."""
    hours: Text | None = None
    """The same hours for machines (OpenStreetMap opening_hours), only when days and times are printed. Add nothing."""
    fills: tuple[Filling, ...] = ()
    """The slots it fills, each with its own sightings."""
    sightings: tuple[Sighting, ...] = ()
    """Where its values were read."""
    confirmations: tuple[Confirmation, ...] = ()
    """Who checked it with the owner, and when."""
    check_every: Period = "6 months"
    """How long a confirmation lasts."""
    hold: Hold | None = None
    """Set when the contact point may not be shown."""
    withdrawn: Withdrawal | None = None
    """Set when it was recalled."""
    caution: Text | None = None
    """For readers: what to know before using it. No numbers."""
    note: Text | None = None
    """For editors only; never published."""
    fictional: Flag = False
    """True only for invented contact points (Ofcom's drama numbers)."""

    @property
    def hidden(self) -> bool:
        """Whether it may not be shown: held, or withdrawn."""
        return self.hold is not None or self.withdrawn is not None


# --- areas -------------------------------------------------------------------------------------------------------------


class EmptySlot(Record):
    """A slot with nothing to show, said out loud: silence is an error."""

    not_found: Day
    """When it was last looked for."""
    looked: tuple[SourceId, ...] = ()
    """The sources looked in."""
    note: Text | None = None
    """For editors only."""


class Arrangement(Record):
    """How a referral goes in this area, where a source says so."""

    says: Text
    """What to do, in our own words."""
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    """Who says so."""


class Referral(Record):
    """Who gets a concern first here. Boroughs differ."""

    under_18: Arrangement | Literal["not-found"]
    """For children; not-found where no source says."""
    adults: Arrangement | Literal["not-found"]
    """For adults; not-found where no source says."""


class Area(Record):
    """One of the 33 London authorities, and everything local to it."""

    name: Text
    """As the public calls it: Barnet, City of London."""
    ons_code: Annotated[
        str, _pattern(r"E090000(0[1-9]|[12]\d|3[0-3])", "an ONS code from E09000001 to E09000033", "look the area up in the ONS register")
    ]
    """The ONS code of the authority."""
    council: Text
    """The council's name, as in the `publisher` of its own pages."""
    also_known_as: tuple[Text, ...] = ()
    """Other names and short forms: RBKC, H&F."""
    places: tuple[Text, ...] = ()
    """Well-known places that lie in it, for the search. Not those that a border cuts."""
    website: Url
    """The council's own site. Where a slot is empty, the reader is sent there."""
    police: Literal["Metropolitan Police", "City of London Police"]
    """The force for this area."""
    referral: Referral
    contacts: Annotated[Mapping[Id, ContactPoint], AfterValidator(_freeze)]
    """The contact points this area's bodies own, by id."""
    slots: Annotated[Mapping[Slot, EmptySlot], AfterValidator(_freeze)]
    """The slots that are declared empty here."""
    note: Text | None = None
    """For editors only."""


class NationalFile(Record):
    """Contact points for everyone, by id."""

    contacts: Annotated[Mapping[Id, ContactPoint], AfterValidator(_freeze)]


# --- settings and pathways ---------------------------------------------------------------------------------------------


class Action(Record):
    """Who does what, by when, and on whose word."""

    who: Text
    """The actor: you, your safeguarding lead …"""
    do: Text
    """The action, as an instruction. At most 25 words a sentence."""
    by_when: Text
    """By when: straight away, the same day …"""
    how: tuple[Text, ...] = ()
    """How, point by point."""
    force: Force
    """must (law), should (statutory guidance or procedure), could (good practice or our advice)."""
    our_advice: Flag = False
    """True where a `could` is our own advice and not an outside body's."""
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    """What it rests on."""
    slots: tuple[Slot, ...] = ()
    """The local contact points it needs, first one first."""
    contacts: tuple[ContactId, ...] = ()
    """The national contact points it needs."""
    procedures: tuple[ProcedureId, ...] = ()
    """The procedures that say more. One whose own page is among `sources` is linked without being named here."""


class Step(Action):
    """One step of a pathway."""

    id: Id
    """Stable within the setting; it is the step's anchor on the page."""
    stage: Stage
    ages: Annotated[tuple[Age, ...], Field(min_length=1)] = (Age.CHILD, Age.ADULT)
    """Whom it is about; left out: both."""
    clocks: Annotated[tuple[Clock, ...], Field(min_length=1)] = (Clock.OFFICE_HOURS, Clock.OUT_OF_HOURS)
    """When it applies; left out: both."""
    have_ready: tuple[Text, ...] = ()
    """What you need in your hand."""
    responsible: Text
    """Who is responsible meanwhile."""
    responsible_sources: tuple[SourceId, ...] = ()
    """Who says so; left out: it is our advice, and the page says that."""


class Point(Record):
    """One thing a reader should know, with its force and its sources."""

    says: Text
    force: Force
    our_advice: Flag = False
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    contacts: tuple[ContactId, ...] = ()


class Advice(Record):
    """What stands on every route page, written once, and what a setting adds to it. The order is the order on the page."""

    consent: tuple[Point, ...] = ()
    """Whether you need anyone's agreement."""
    not_sure: tuple[Point, ...] = ()
    """When you are not sure: advice, and "not sure of age"."""
    residence: tuple[Point, ...] = ()
    """Which area: the case belongs to where the person lives."""
    what_next: tuple[Point, ...] = ()
    """What happens next, and what you may hear back."""
    hear_nothing: tuple[Point, ...] = ()
    """What to do if you hear nothing, or disagree."""
    not_prevent: tuple[Point, ...] = ()
    """When something else is the right route."""
    record: tuple[Point, ...] = ()
    """What to write down."""
    training: tuple[Point, ...] = ()
    """Which training this job needs."""


class Kept(Record):
    """Somebody answers for it, and reads it again by a date."""

    owner_role: Text
    """The role that answers for this text."""
    reviewed: Day | None = None
    """When a safeguarding lead last read it; null until one has."""
    review_every: Period = "12 months"


class Group(StrEnum):
    """The part of the list of jobs a setting stands in, in order."""

    EDUCATION = "education"
    HEALTH = "health"
    COUNCIL = "council"
    JUSTICE = "justice"
    COMMUNITY = "community"
    PUBLIC = "public"


class Setting(Kept):
    """The kind of place the reader works in, with its pathway, written once for every area."""

    name: Text
    """Its name in a list: School."""
    in_words: Text
    """Its name in a sentence, after "in" or "for": a school."""
    also_known_as: tuple[Text, ...] = ()
    """Job titles and places that belong here; they serve the search."""
    group: Group
    """Where it stands in the list of jobs."""
    audience: Literal["staff", "public"]
    """Public pages never show a professionals' line and carry an exit link."""
    local: Flag = True
    """False: one page, no areas (prison)."""
    lead: Text
    """The person to tell first, as staff call them: your designated safeguarding lead (DSL)."""
    summary: Text
    """One sentence: what to do first."""
    first_step: Id
    """The step that stands at the top of the page, by its id."""
    duty: Point
    """Where this setting stands in law: does the Prevent duty apply?"""
    steps: Annotated[tuple[Step, ...], Field(min_length=5)]
    advice: Advice = Advice()
    """What this setting adds to the advice for all."""
    courses: tuple[CourseId, ...] = ()
    """The courses in training.yml that suit this job, the first one first."""


class AdviceFile(Record):
    """Advice for all settings, and for staff or the public only."""

    everyone: Advice
    staff: Advice
    public: Advice


# --- situations, guides, the guided check ------------------------------------------------------------------------------


class Situation(Kept):
    """What is going on: which route first, which second, who leads, what not to do."""

    name: Text
    """Its name in a list: Something online."""
    also_known_as: tuple[Text, ...] = ()
    """Words staff use for it; they serve the search."""
    summary: Text
    """What to do first, in one sentence."""
    leads: Point
    """Who leads."""
    routes: Annotated[tuple[Action, ...], Field(min_length=2)]
    """What to do, first one first."""
    know: tuple[Point, ...] = ()
    """What matters here."""
    do_not: Annotated[tuple[Point, ...], Field(min_length=1)]
    """What not to do; each begins with “Do not”."""
    see: tuple[PageAddress, ...] = ()
    """Pages of this site that say more."""


class Script(Record):
    """Words to say, for one moment."""

    when: Text
    """The moment."""
    say: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What to say, sentence by sentence."""
    why: Point
    """Why so."""


class Pair(Record):
    """The same thing said badly and well. Invented."""

    about: Text
    weak: Text
    strong: Text
    why: Text
    """What makes the difference."""


class Example(Record):
    """An invented case on one side of the line."""

    facts: Text
    side: Literal["danger", "share", "other-help", "not-a-concern"]
    """Call 999; share it as a Prevent concern; another kind of help; nothing to pass on."""
    why: Point


class Question(Record):
    """One question of a self-audit."""

    asks: Text
    evidence: Text
    """What shows it."""
    rests_on: Point
    """Why it is asked."""


class Section(Record):
    """One part of a guide. It holds what it needs, and its parts stand on the page in the order of these keys."""

    id: Id
    """Its anchor. Never changed."""
    title: Text
    also_known_as: tuple[Text, ...] = ()
    """Words by which the search finds this part; left out: the search finds the page only."""
    intro: Text | None = None
    """A sentence or two in our own voice. Law and guidance go into points."""
    actions: tuple[Action, ...] = ()
    """Numbered steps."""
    points: tuple[Point, ...] = ()
    scripts: tuple[Script, ...] = ()
    pairs: tuple[Pair, ...] = ()
    examples: tuple[Example, ...] = ()
    questions: tuple[Question, ...] = ()
    paste: tuple[Text, ...] = ()
    """Paragraphs for an organisation to copy into its own policy."""
    blanks: tuple[Text, ...] = ()
    """Lines of a printable record, to be filled in by hand."""
    lines: tuple[ContactId, ...] = ()
    """National contact points, as cards."""


class Guide(Kept):
    """A page about one stage or one subject: what happens next, what to share, what to write."""

    name: Text
    """The page's title."""
    also_known_as: tuple[Text, ...] = ()
    """Words staff use for it; they serve the search."""
    summary: Text
    """What the page answers, in one or two sentences."""
    group: Literal["before", "after", "organisations"]
    """Where it stands on the home page: before you refer, after it, or for trainers and organisations."""
    under: Id | None = None
    """The first part of the address, where it is not the file's name alone: publish makes /publish/policy/."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    see: tuple[PageAddress, ...] = ()
    """Pages of this site that say more."""


class Answer(Record):
    """One answer to a question of the guided check."""

    says: Text
    to: NodeId
    """The question or the outcome it leads to."""
    not_sure: Flag = False
    """True for the answer of a reader who does not know."""


class Node(Record):
    """One question of the guided check."""

    asks: Text
    why: Text
    """Why we ask."""
    answers: Annotated[tuple[Answer, ...], Field(min_length=2, max_length=4)]


class Outcome(Record):
    """Where the guided check ends."""

    name: Text
    does: Action
    """Do this now."""
    why: Point
    """Why this outcome."""
    record: Point
    """What to write down."""
    disagree: Point
    """If you disagree."""


class CheckFile(Record):
    """The guided check: a tree of questions that ends in outcomes. The first question is the first one."""

    questions: Annotated[Mapping[Id, Node], AfterValidator(_freeze)]
    outcomes: Annotated[Mapping[Id, Outcome], AfterValidator(_freeze)]


# --- figures, myths, scenarios, training -------------------------------------------------------------------------------


class Figure(Record):
    """One published number, with what it counts and what it cannot show."""

    value: Text
    """As published: "8,778", "36%", "nearly 6,000"."""
    year: Text
    """The period it is about: year to 31 March 2025."""
    counts: Text
    """What it counts."""
    cannot_show: Text
    """What it cannot show."""
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]

    @property
    def number(self) -> float:
        """The value as a number: "8,778" is 8778, "36%" is 36. 0 where no digit stands in it."""
        found = re.search(r"\d[\d,]*(\.\d+)?", self.value)
        return float(found[0].replace(",", "")) if found else 0


class Bar(Record):
    """One bar of a chart."""

    label: Text
    figure: FigureId


class Chart(Record):
    """A picture of figures, with its table."""

    title: Text
    summary: Text
    """What the picture shows, in one sentence."""
    unit: Literal["referrals", "percent"]
    bars: Annotated[tuple[Bar, ...], Field(min_length=1)]
    whole: FigureId | None = None
    """What the bars are parts of (of 100 where the unit is percent). The rest is shown as "not broken down here"."""
    new_count_from: Text | None = None
    """The label of the first bar that was counted in another way: it is set apart from the ones before it."""
    caution: Text
    """What must be known before the bars are compared."""


class StatisticsFile(Record):
    """Every published figure this site prints, and the charts of them."""

    figures: Annotated[Mapping[Id, Figure], AfterValidator(_freeze)]
    charts: Annotated[Mapping[Id, Chart], AfterValidator(_freeze)]


class Fact(Record):
    """Something a source says, in our own words. Every number of a statistic in it is the value of a figure it names."""

    says: Text
    figures: tuple[FigureId, ...] = ()
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


Code = Annotated[str, _pattern(r"[MS][0-9]{2}", "a code", "write M or S and two digits, such as M07; a code is never used again")]


class Myth(Kept):
    """A claim heard about Prevent, and an honest answer."""

    code: Code
    """M and two digits. Fixed for ever."""
    claim: Text
    """As people say it."""
    also_known_as: tuple[Text, ...] = ()
    """Other ways people say it; they serve the search."""
    answer: Text
    """The short answer, at most 40 words."""
    true_in_it: Annotated[tuple[Fact, ...], Field(min_length=1)]
    """What is true in the claim."""
    evidence: Annotated[tuple[Fact, ...], Field(min_length=1)]
    criticism: Annotated[tuple[Fact, ...], Field(min_length=1)]
    """Fair criticism."""
    not_known: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What we do not know."""
    say: Text
    """The answer spoken in 20 seconds: at most 60 words."""
    trainer_note: Text
    charts: tuple[ChartId, ...] = ()
    see: tuple[PageAddress, ...] = ()


class Elsewhere(Record):
    """The same facts with the home address in another area."""

    home: AreaId
    first: ContactId
    """The contact point that then stands first."""
    says: Text
    """What changes, in words."""


class Scenario(Kept):
    """An invented case: a page for trainers, and a test of the routes (design section 6, promise 7)."""

    code: Code
    """S and two digits. Fixed for ever."""
    name: Text
    facts: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What is known, a paragraph each. Invented; no real place, event or person."""
    pause: Annotated[tuple[Text, ...], Field(min_length=2)]
    """Questions to stop at."""
    setting: SettingId
    """Where the person who notices works."""
    home: AreaId | None = None
    """Where the person at risk lives; left out where no area plays a part (in prison)."""
    age: Annotated[str, _pattern(r"[0-9]{1,2}|not known", "an age in quotes, or not known", 'write "17" or not known')]
    """The age of the person at risk. Not known takes the child's branch."""
    clock: Clock
    concern: Literal["extreme-right-wing", "islamist", "other-ideology", "mixed-or-unclear", "no-ideology", "none"]
    """What the worry is about, so that the cases as a whole lean on nobody."""
    situations: tuple[SituationId, ...] = ()
    check: Annotated[tuple[NodeId, ...], Field(min_length=2)]
    """The way through the guided check: the first question, then what each answer leads to, down to the outcome."""
    first: ContactId | None = None
    """The contact point to reach first outside the organisation; left out where there is none."""
    not_offered: tuple[ContactId, ...] = ()
    """Contact points that must not stand in the answer at all: another area's, another age's, a line that is not for staff."""
    must_not: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What must not happen; each begins with “Do not”."""
    debrief: Annotated[tuple[Point, ...], Field(min_length=1)]
    """Why the route is what it is."""
    elsewhere: Elsewhere | None = None
    """What changes when the home address does; left out only where no area plays a part."""

    @property
    def branch(self) -> Age:
        """The pathway's branch for this age: under 18, or not known, is the child's."""
        return Age.ADULT if self.age.isdigit() and int(self.age) >= ADULT_FROM else Age.CHILD


class Course(Record):
    """One course."""

    name: Text
    for_whom: Text
    length: Text | None = None
    """How long it takes, as published; null where no source says."""
    refresh: Text | None = None
    """When to take it again, as published; null where no source says."""
    contact: ContactId | None = None
    """The national contact point that leads to it."""
    says: tuple[Point, ...] = ()
    """What else to know."""
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class TrainingFile(Record):
    """Courses by id, and what holds for all of them."""

    everyone: tuple[Point, ...]
    courses: Annotated[Mapping[Id, Course], AfterValidator(_freeze)]


# --- for trainers ------------------------------------------------------------------------------------------------------


class Material(Record):
    """Something a trainer brings, shows or leaves behind."""

    what: Text
    """What it is, and how many of it."""
    see: tuple[PageAddress, ...] = ()
    """The pages of this site to show or to print."""


class SessionPart(Record):
    """One part of a session. It holds all that the trainer needs while it lasts."""

    id: Id
    """Its anchor, after “part-”. Never changed."""
    name: Text
    minutes: Minutes
    does: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What the trainer does, one thing after the other."""
    say: tuple[Text, ...] = ()
    """What to say, short: to be said in your own words."""
    notes: tuple[Text, ...] = ()
    """Notes for the trainer."""
    cases: tuple[ScenarioId, ...] = ()
    """Invented cases to tell. Their facts and questions stand in the plan."""
    two_homes: Flag = False
    """True where each case is told twice, with its two home addresses: the plan then shows both routes."""
    contacts: tuple[ContactId, ...] = ()
    """National contact points that the room needs to see."""
    see: tuple[PageAddress, ...] = ()
    """The pages it uses."""


class Doubt(Record):
    """What somebody in the room may say, and an honest answer."""

    hears: Text
    """As people say it."""
    say: Text
    """What to say to it, in your own words."""
    see: tuple[PageAddress, ...] = ()
    """Where the long answer stands."""


class SessionHandout(Record):
    """One sheet for everybody in the room. It is printed with the plan, on a page of its own."""

    title: Text
    says: Annotated[tuple[Text, ...], Field(min_length=1)]
    blanks: tuple[Text, ...] = ()
    """Lines to fill in by hand."""
    contacts: tuple[ContactId, ...] = ()
    """National contact points to print on it."""
    see: tuple[PageAddress, ...] = ()


class Session(Kept):
    """A plan for a session with staff that can be run from its page alone."""

    name: Text
    also_known_as: tuple[Text, ...] = ()
    """Words trainers use for it; they serve the search."""
    summary: Text
    """What it is, in one or two sentences."""
    minutes: Minutes
    """How long it lasts: as long as its parts together."""
    for_whom: Text
    can_do: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What people can do afterwards."""
    brings: Annotated[tuple[Material, ...], Field(min_length=1)]
    """What you need in the room."""
    parts: Annotated[tuple[SessionPart, ...], Field(min_length=2)]
    doubts: Annotated[tuple[Doubt, ...], Field(min_length=1)]
    handout: SessionHandout
    leave: Annotated[tuple[Material, ...], Field(min_length=1)]
    """What to leave behind."""
    limits: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What the session cannot do."""
    tried: Day | None = None
    """When it was last held with people in a room; null until it was, and the page says so."""
    rests_on: Annotated[tuple[Point, ...], Field(min_length=1)]
    """Why it is as it is."""


class Choice(Record):
    """One answer to a question of the quiz."""

    id: Id
    """Its anchor on the answer page."""
    says: Text
    right: Flag = False
    comment: Text
    """Why it is right, or what is wrong with it."""


class QuizQuestion(Record):
    """One question of the quiz. Every answer leads to the same page, which says which one is right and why."""

    asks: Text
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=4)]
    why: Point
    """Why, on whose word."""
    contacts: tuple[ContactId, ...] = ()
    """National contact points that the answers name."""
    see: Annotated[tuple[PageAddress, ...], Field(min_length=1)]
    """The pages that show it."""


class QuizFile(Record):
    """The quiz, question by question. It keeps no score and stores nothing."""

    questions: Annotated[Mapping[Id, QuizQuestion], AfterValidator(_freeze)]


# --- where sources differ ----------------------------------------------------------------------------------------------


class Position(Record):
    """What one official source says."""

    says: Text
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Difference(Record):
    """One thing on which official sources differ."""

    about: Text
    positions: Annotated[tuple[Position, ...], Field(min_length=2)]
    meanwhile: Point
    """What to do until they agree."""


class DifferencesFile(Record):
    """Where official sources differ, by id."""

    differences: Annotated[Mapping[Id, Difference], AfterValidator(_freeze)]


# --- the search --------------------------------------------------------------------------------------------------------


class SlotWords(Record):
    """What people call a slot, so that "mash camden" leads to its place on Camden's page."""

    name: Text
    also_known_as: tuple[Text, ...]
    anchor: Id
    """Its anchor on an area's page."""


class SearchFile(Record):
    """Words for the search that belong to no other record."""

    pages: Annotated[Mapping[PageAddress, tuple[Text, ...]], AfterValidator(_freeze)]
    """What people type for a page that is made from no file of its own."""
    slots: Annotated[Mapping[Slot, SlotWords], AfterValidator(_freeze)]
    lines: Annotated[Mapping[Id, PageAddress], AfterValidator(_freeze)]
    """Where the search leads for a national contact point; left out: to a guide that has its card, else to /coverage/."""


# --- procedures, words, sources ----------------------------------------------------------------------------------------


class Procedure(Record):
    """A signpost to a pan-London or national procedure or guidance."""

    name: Text
    scope: Literal["pan-london", "national"]
    ages: Annotated[tuple[Age, ...], Field(min_length=1)]
    """Whom it is about."""
    for_whom: Text
    """Which staff it speaks to."""
    where: Text
    """The chapter, by name and never by a number that moves."""
    edition: Text | None = None
    """The edition that was seen, or null where none was."""
    says: Annotated[tuple[Point, ...], Field(min_length=1)]
    """What it tells staff to do, in our own words."""
    source: SourceId
    """The page where it stands."""
    caution: Text | None = None
    """What we could not see of it."""
    also_known_as: tuple[Text, ...] = ()


class ProceduresFile(Record):
    """Procedures by id."""

    procedures: Annotated[Mapping[Id, Procedure], AfterValidator(_freeze)]


class Term(Record):
    """One word or abbreviation of the glossary."""

    name: Text
    """As staff say it: DSL."""
    spelled_out: Text | None = None
    """In full, where it is an abbreviation."""
    means: Text
    """In plain words, at most 35."""
    also_known_as: tuple[Text, ...] = ()
    """What you may hear it called."""
    not_to_confuse: Text | None = None
    """What it is not."""


class GlossaryFile(Record):
    """Terms by id; the id is the anchor on the glossary page."""

    terms: Annotated[Mapping[Id, Term], AfterValidator(_freeze)]


class Source(Record):
    """One page that was read."""

    title: Text
    publisher: Text
    """The body whose page it is. Two sources with one publisher are not independent."""
    kind: SourceKind
    url: SourceUrl
    """Where it was read."""
    link: Flag = True
    """False for test hosts, archives, old http pages and code: evidence, never a link."""
    dated: Dated | None = None
    """The date printed on the page or dating it; null where there is none."""
    seen: Day
    """The day we read it (as an archived copy unless the note says otherwise)."""
    note: Text | None = None
    """For editors only."""


class SourcesFile(Record):
    """Sources by id."""

    sources: Annotated[Mapping[Id, Source], AfterValidator(_freeze)]


class Change(Record):
    """Something that is not as it was: a number, a law, a page. Never removed; a later change gets an entry of its own."""

    on: Day
    """The day from which it holds, or on which we found it."""
    kind: Literal["number", "law", "guidance", "procedure", "local", "site"]
    """What kind of thing changed."""
    what: Text
    """What changed, in one or two plain sentences."""
    why: Text
    """Why it changed, or how we know."""
    act: Text
    """Who must do what about it; "Nobody needs to do anything." where that is so."""
    areas: tuple[AreaId, ...] = ()
    """The areas it is about; left out: everywhere."""
    contacts: tuple[ContactId, ...] = ()
    """The contact points it is about."""
    pages: tuple[PageAddress, ...] = ()
    """The pages of this site that it changed."""
    sources: tuple[SourceId, ...] = ()
    """Who says so; left out only where a contact point named above carries the confirmation or the withdrawal, and for this site itself."""


class ChangesFile(Record):
    """What changed, by id; the id is the anchor on /changes/."""

    changes: Annotated[Mapping[Id, Change], AfterValidator(_freeze)]


class MovedFile(Record):
    """Addresses that moved: the old one leads on to the new one for ever. `python -m scripts rename` writes it."""

    moved: Annotated[Mapping[PageAddress, PageAddress], AfterValidator(_freeze)]


class Accessibility(Record):
    """The owner's own part of its accessibility statement. For a public sector body the law asks for one (docs/accessibility.md names the source)."""

    prepared: Day
    """The day the owner wrote it, or last looked it through."""
    complies: Literal["fully", "partly", "not"]
    """How far the owner's own look found that the site meets WCAG 2.2, level AA."""
    not_accessible: tuple[Text, ...] = ()
    """What is not accessible, and why: one sentence or two for each. Needed unless it complies fully."""
    answer_within: Text | None = None
    """How long an answer takes, such as “5 working days”."""
    public_body: Flag = False
    """True for a public sector body: the statement then names the regulations, and who enforces them."""


class Edition(Record):
    """One organisation's build."""

    name: Text
    """The site's name in this edition."""
    owner: Text | None = None
    """The organisation that answers for this edition. Left out: nobody does yet."""
    mailbox: Email | None = None
    """The owner's role mailbox for mistakes and questions. Left out: no page asks anybody to write."""
    base_address: Url | None = None
    """Where the site stands, as https://… with a slash at its end. Left out: feeds and codes that need a full address are not made."""
    fictional: Flag = False
    """True for an invented edition that serves as an example."""
    colour: Colour | None = None
    """The ground of the header, such as "#1f4e79", in quotes. White letters stand on it, so it has to be dark. Left out: the header has none."""
    about: tuple[Text, ...] = ()
    """What the owner says about itself and this edition on /about/: paragraphs, without numbers."""
    accessibility: Accessibility | None = None
    """The owner's part of /accessibility/. Left out: the page says that the owner has made no statement."""
    exit_page: Url
    """Where “Leave this page” leads: a harmless public page."""
    policy: Literal["draft", "confirmed-core", "confirmed-only"] = "draft"
    """The publishing policy. draft: says so on every page. confirmed-core: is not built unless every core number shown is confirmed.
    confirmed-only: shows no local contact point that is not confirmed, and is not built while a national one is not."""
    print_unconfirmed: Flag = True
    """False: no card, poster or slide is made as a file while a contact point on it is unconfirmed. Its page stays, and says which must be confirmed."""
    downloads: Literal["none", "areas", "all"] = "none"
    """Which cards, posters and slides stand on the site as files: none, those of each area, or all, setting by setting."""
    home_text: Text | None = None
    """What the owner says to its own staff at the top of the home page. No numbers: name a contact point below and use it in a step."""
    areas: tuple[AreaId, ...] = ()
    """The areas it has pages for; left out: all. For the others it names the council's own site."""
    settings: tuple[SettingId, ...] = ()
    """The settings it has pages for; left out: all."""
    sources: Annotated[Mapping[Id, Source], AfterValidator(_freeze), Field(default_factory=dict, validate_default=True)]
    """The owner's own sources (a page of its intranet, its policy), by id. Seen in this edition only."""
    contacts: Annotated[Mapping[Id, ContactPoint], AfterValidator(_freeze), Field(default_factory=dict, validate_default=True)]
    """The owner's own contact points, by id. One whose id is there already takes its place. Seen in this edition only."""
    steps: Annotated[Mapping[SettingId, tuple[Step, ...]], AfterValidator(_freeze), Field(default_factory=dict, validate_default=True)]
    """The owner's own steps, by setting. A step whose id is there already takes its place; another comes last in its stage."""


class RuleException(Record):
    """One exception to a rule, with its reason. An exception that is no longer needed is an error."""

    rule: Id
    """The rule's name, as printed in the problem."""
    at: Text
    """The file and what in it, as printed in the problem's place, without the line: pathways/areas/brent.yml#contacts.x.email."""
    reason: Text
    since: Day


class ExceptionsFile(Record):
    """The exceptions to the rules."""

    exceptions: tuple[RuleException, ...]


# --- links out ---------------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What `python -m scripts links` says of an outside address. scripts/upkeep/verdicts.py says what each means and what to do."""

    GOOD = "good"
    UNCHANGED = "unchanged"
    REDIRECTED = "redirected"
    MOVED = "moved"
    SIGN_IN = "sign-in"
    NO_ROBOTS = "no-robots"
    DISPUTED = "disputed"
    NOT_ASKED = "not-asked"
    GONE = "gone"
    SOFT_404 = "soft-404"
    BROKEN_REDIRECT = "broken-redirect"
    SERVER_FAULT = "server-fault"
    BROKEN_ANSWER = "broken-answer"
    CERTIFICATE = "certificate"
    NO_HOST = "no-host"
    NO_CONNECTION = "no-connection"
    TIME_OUT = "time-out"


class LinkException(Record):
    """A verdict that is known and need not be reported. One that is no longer needed is itself reported."""

    address: SourceUrl
    """The address, as the record has it."""
    verdict: Verdict
    """The verdict that need not be reported; any other one still is."""
    reason: Text
    since: Day


class LinksFile(Record):
    """The register of outside addresses."""

    exceptions: tuple[LinkException, ...]
    """Verdicts that need not be reported. Written by hand."""
    last_good: Annotated[Mapping[SourceUrl, Day], AfterValidator(_freeze)]
    """When each address last answered as it should. `python -m scripts links` writes this part."""
