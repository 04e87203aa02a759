"""One check of a contact point with its owner, prepared in the files, and what it changes on the site.

A value that differs from the one shown changes it: sources that print the old one are superseded, and /changes/ says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from scripts.load import Knowledge
from scripts.model import CONFIRMING_ROLES, VALUE_FIELDS, WAYS_IN, Confirmation, ContactPoint, Slot
from scripts.pages.site import tally
from scripts.pages.words import ASKED, count, day, listing
from scripts.problem import Problem, near
from scripts.rules.case import Case
from scripts.rules.hours import machine
from scripts.rules.values import SHORT
from scripts.standing import Standing, judge, prints, same
from scripts.upkeep.edit import Edit, flow, problem, put, quoted
from scripts.upkeep.withdraw import pages_about

HOWS = tuple(ASKED)
NAMES = {
    "phone": "phone number",
    "phone_alternatives": "other phone number",
    "sms": "number for text messages",
    "email": "mailbox",
    "page": "web page",
    "hours_text": "opening times",
}
"""What readers call each value."""

Given = str | tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """What somebody found out about one contact point."""

    id: str
    how: str
    by: str
    on: datetime.date
    new: Mapping[str, Given] = field(default_factory=dict)
    """Values that were named, by field."""
    only: tuple[str, ...] = ()
    """The fields that were asked about; empty: every way in that is shown, and what is in `new`."""
    covers: tuple[str, ...] = ()
    """The fillings that were asked about, as area/slot; empty: all."""


def role(text: str) -> str | None:
    """The role's id: "Prevent coordinator" and prevent-coordinator are one. None where it is not on the list."""
    id = "-".join(text.lower().replace("-", " ").split())
    return id if id in CONFIRMING_ROLES else None


def confirm(edit: Edit, check: Check) -> Iterator[Problem]:
    """Prepare one check in the files, or say everything that is wrong with it."""
    k = edit.before
    if check.id not in k.contacts:
        tip = near(check.id, k.contacts) or "the ids stand in pathways/areas/ and pathways/national.yml"
        yield problem("unknown-id", f"there is no contact point called {check.id}", tip)
        return
    contact = k.contacts[check.id]
    by = role(check.by)
    problems = [*_refusals(edit, contact, check), *_wrong_values(contact, check)]
    if by is None:
        known = ", ".join(CONFIRMING_ROLES)
        tip = f"{close}; " if (close := near("-".join(check.by.lower().split()), CONFIRMING_ROLES)) and close.startswith("did") else ""
        problems.append(problem("role", f"{check.by!r} is not a role that may confirm", f"{tip}the roles are {known}; never a person's name"))
    if problems or by is None:
        yield from problems
        return
    shown = contact.shown()
    names = check.only or tuple(name for name in VALUE_FIELDS if name in check.new or (name in WAYS_IN and name in shown))
    values = {name: _as_shown(contact, name, check.new.get(name) or shown[name]) for name in names}
    changed = {name: value for name, value in values.items() if value != shown.get(name)}
    if "phone" in changed and "phone_alternatives" not in changed and contact.phone_alternatives:  # the new first number is no alternative to itself
        rest = tuple(number for number in contact.phone_alternatives if not same(number, str(values["phone"])))
        if rest != contact.phone_alternatives:
            changed["phone_alternatives"] = rest
            values = {name: value for name, value in {**values, "phone_alternatives": rest}.items() if value}
    fills = tuple(f"{filling.area}/{filling.slot}" for filling in contact.fills)
    covers = check.covers or fills
    said = Confirmation.model_validate({"on": check.on, "how": check.how, "by": by, "covers": covers, **_texts(values)}) if _fits(values) else None
    if said is not None and (fault := _says_nothing(k, check.id, said)):
        yield fault
        return
    leading = changed.keys() & {"phone", "phone_alternatives"} or changed.keys()
    if leading - {"hours_text"} and (left := [fill for fill in fills if fill not in covers]):
        message = f"the {NAMES[sorted(leading)[0]]} of {check.id} changes, and nothing says that the new one is right for {listing(left)}"
        yield problem("covers", message, "ask about these too and leave --covers out; or take the filling out of the file first")
        return
    entry = edit.contact(check.id)
    _write(entry, check, by, values, changed, covers, shown)
    if altered := {name: value for name, value in changed.items() if name in shown}:
        edit.add_change(check.on, check.id, _change(k, check, contact, altered))


def _refusals(edit: Edit, contact: ContactPoint, check: Check) -> Iterator[Problem]:
    """Why this contact point cannot be confirmed, or not on this day, or not for this."""
    k = edit.before
    if contact.hold:
        tip = "an editor takes the hold: line out once its reason is answered; then confirm it"
        yield k.problem(k.home("contact", check.id, "hold"), "held", f"{check.id} is held: {contact.hold.reason}", tip)
    if contact.withdrawn:
        message = f"{check.id} was withdrawn on {contact.withdrawn.on}: {contact.withdrawn.why}"
        yield k.problem(
            k.home("contact", check.id, "withdrawn"), "withdrawn", message, "an editor takes the withdrawn: line out first, if it is in use again"
        )
    if check.on > edit.today:
        yield problem("future", f"{check.on} is in the future", "write the day on which it was checked")
    fills = [f"{filling.area}/{filling.slot}" for filling in contact.fills]
    for cover in check.covers:
        if cover not in fills:
            tip = near(cover, fills) or "it fills no slot: leave --covers out"
            yield problem("covers", f"{check.id} does not fill {cover}", tip)


def _wrong_values(contact: ContactPoint, check: Check) -> Iterator[Problem]:
    """Values that are named and cannot be."""
    for name in check.only:
        if name not in check.new and name not in contact.shown():
            yield problem("no-value", f"{check.id} shows no {NAMES[name]}", f"it shows {listing([NAMES[shown] for shown in contact.shown()])}")
    for name in ("phone", "phone_alternatives", "sms"):
        given = check.new.get(name, ())
        for number in (given,) if isinstance(given, str) else given:
            if not number.strip().startswith("0") and not SHORT.fullmatch(number.strip()):
                yield problem(
                    "number", f"{number} does not begin with 0", "a spreadsheet may have taken the 0 away; write the number as its owner says it"
                )


def _as_shown(contact: ContactPoint, name: str, value: Given) -> Given:
    """The value in the spelling that is shown, where it is the same one; else without stray spaces."""
    old = contact.shown().get(name)
    if isinstance(value, str):
        value = " ".join(value.split())
        return old if isinstance(old, str) and same(old, value) else value
    return (
        old if isinstance(old, tuple) and sorted(map(_plain, old)) == sorted(map(_plain, value)) else tuple(" ".join(item.split()) for item in value)
    )


def _plain(number: str) -> str:
    return number.replace(" ", "")


def _says_nothing(k: Knowledge, id: str, said: Confirmation) -> Problem | None:
    """A check that adds nothing to a later one of the same values, or that a later one contradicts."""
    contact = k.contacts[id]
    for index, other in enumerate(contact.confirmations):
        home = k.home("contact", id, "confirmations", index)
        if other.on < said.on:
            continue
        told = all(prints(other, name, item) for name, value in said.shown().items() for item in ((value,) if isinstance(value, str) else value))
        if told and set(said.covers) <= set(other.covers):
            return k.problem(home, "says-nothing", f"the check of {other.on} says all of it already", "nothing needs to be written down")
        changed = [name for name, value in said.shown().items() if contact.shown().get(name) not in (None, value)]
        if other.on > said.on and changed:
            message = f"would change the {NAMES[changed[0]]}, and the check of {other.on} is newer"
            return k.problem(home, "older", message, "ask its owner again, and write down that check")
    return None


def _fits(values: Mapping[str, Given]) -> bool:
    """Whether the values have the form that records ask for. Where they do not, loading the edited file says so at its line."""
    try:
        Confirmation.model_validate({"on": "2000-01-01", "how": "phone", "by": CONFIRMING_ROLES[0], **_texts(values)})
    except ValueError:
        return False
    return True


def _texts(values: Mapping[str, Given]) -> dict[str, Any]:
    return {name: value if isinstance(value, str) else list(value) for name, value in values.items()}


def _write(
    entry: Any, check: Check, by: str, values: Mapping[str, Given], changed: Mapping[str, Given], covers: Sequence[str], shown: Mapping[str, Given]
) -> None:
    """Put the check, and every value that is another now, into the contact point's mapping."""
    for name, value in changed.items():
        if not value:
            del entry[name]
        elif isinstance(value, str):
            put(entry, name, DoubleQuotedScalarString(value) if name in ("phone", "sms") else quoted(value))
        else:
            put(entry, name, flow(list(value)))
    if "hours_text" in changed:
        if hours := machine(entry["hours_text"]):
            put(entry, "hours", DoubleQuotedScalarString(hours))
        else:
            entry.pop("hours", None)  # they were the old times
    if changed.keys() - {"hours_text"}:
        for sighting in entry["sightings"]:
            _sight(sighting, entry, shown)
    said = {"on": check.on, "how": check.how, "by": by, **_texts(values)}
    if not entry.get("confirmations"):
        entry.pop("confirmations", None)
        put(entry, "confirmations", CommentedSeq())
    for other in entry["confirmations"]:
        if {key: value for key, value in other.items() if key != "covers"} == said:  # the same check, of further fillings
            other["covers"] = flow([*other["covers"], *(cover for cover in covers if cover not in other["covers"])])
            return
    entry["confirmations"].append(flow({**said, **({"covers": list(covers)} if covers else {})}))


def _sight(sighting: Any, entry: Any, shown: Mapping[str, Given]) -> None:
    """A source that prints a value which was replaced is superseded; one that printed the new value all along differs no longer."""
    if sighting.get("superseded"):
        return
    printed, now = _values(sighting), _values(entry)
    gone = [value for value in _values(shown) if not _among(value, now)]
    if any(_among(value, gone) for value in printed):
        sighting["superseded"] = True
        sighting.pop("differs", None)
    elif all(_among(value, now) for value in printed):
        sighting.pop("differs", None)


def _values(record: Any) -> list[tuple[str, str]]:
    """The ways in of a record, each with its field; a line's numbers are one set."""
    found = [("phone" if name == "phone_alternatives" else name, record.get(name)) for name in WAYS_IN]
    return [(name, value) for name, given in found if given for value in ([given] if isinstance(given, str) else given)]


def _among(value: tuple[str, str], others: Sequence[tuple[str, str]]) -> bool:
    return any(value[0] == name and same(value[1], other) for name, other in others)


def _change(k: Knowledge, check: Check, contact: ContactPoint, altered: Mapping[str, Given]) -> dict[str, Any]:
    """The entry for /changes/: never the values themselves, those stand on the pages."""
    what = listing([NAMES[name] for name in altered])
    return {
        "kind": "local" if set(altered) == {"hours_text"} else "number",
        "what": f"{contact.name}: the {what} changed.",
        "why": f"Its owner said so when it was checked {ASKED[check.how]} on {day(check.on)}.",
        "act": "Anyone who wrote the old one down, printed it or saved it must replace it. The pages named here show the new one.",
        "areas": sorted({filling.area for filling in contact.fills}),
        "contacts": [check.id],
        "pages": pages_about(k, check.id),
    }


def told(before: Knowledge, after: Case, ids: Sequence[str]) -> Iterator[str]:
    """What changes on the site, in plain words."""
    k, today = after.k, after.today
    for id in ids:
        contact = k.contacts[id]
        yield f"{contact.name} ({id})"
        for name, value in contact.shown().items():
            if (old := before.contacts[id].shown().get(name)) != value:
                yield f"  {NAMES[name]}: {_words(old) if old else 'none'} before, {_words(value)} now"
        if before.contacts[id].hours and not contact.hours:
            yield "  no days and times can be read from the new opening times, so the page no longer says whether it is open"
        for filling in contact.fills or (None,):
            place = f"{filling.slot.replace('-', ' ')} in {k.areas[filling.area].name}" if filling else "everywhere"
            old_filling = next((one for one in before.contacts[id].fills if filling and (one.area, one.slot) == (filling.area, filling.slot)), None)
            was, now = judge(before, id, old_filling, today), judge(k, id, filling, today)
            until = f", good until {day(now.until)}" if now.until and now.standing is Standing.CONFIRMED else ""
            first = "; the number stands first now" if now.first and not was.first and (filling is None or filling.slot in set(Slot)) else ""
            yield f"  {place}: {was.standing.replace('-', ' ')} before, {now.standing.replace('-', ' ')} now{until}{first}"
    pages = list(dict.fromkeys(page for id in ids for page in pages_about(k, id)))
    yield f"Pages: {', '.join(f'{page} and those below it' if page not in ('/now/', '/coverage/') else page for page in pages)}, and /coverage/"
    counts = tally(k, today)
    yield f"The draft strip will say: {counts.confirmed} of {count(counts.shown, 'contact point')} confirmed"
    new = [change for change in k.changes if change not in before.changes]
    if new:
        yield f"/changes/ says so: {', '.join(f'/changes/#{change}' for change in new)}"
    yield "Build and publish again: python -m scripts build"


def _words(value: Given) -> str:
    return value if isinstance(value, str) else ", ".join(value)
