"""Promise 1: every area, local setting, age and clock leads to something that can be used now."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.load import Home
from scripts.model import Clock, Slot
from scripts.problem import Problem
from scripts.routes import ADVICE, CORE, EMERGENCY, FALLBACKS, NOW, first_slot, national
from scripts.rules.case import Case
from scripts.standing import HIDDEN, Standing, judge

AREAS = 33
"""32 boroughs and the City of London."""

TOP_WORDS = frozenset(
    [
        "now",
        "check",
        "areas",
        "settings",
        "situations",
        "after",
        "share",
        "write",
        "talk",
        "disagree",
        "thresholds",
        "not-prevent",
        "channel",
        "governance",
        "procedures",
        "myths",
        "scenarios",
        "glossary",
        "training",
        "trainers",
        "cards",
        "find",
        "changes",
        "sources",
        "coverage",
        "data",
        "publish",
        "about",
        "accessibility",
        "assets",
        "search",
    ]
)
"""The first words of addresses (design section 7): no area may take one."""


def areas_whole(case: Case) -> Iterator[Problem]:
    """All 33 London authorities are there, each once, and each address is its area's name in small letters with hyphens."""
    seen: dict[str, str] = {}
    for slug, area in case.k.areas.items():
        home = case.k.home("area", slug, "ons_code")
        if area.ons_code in seen:
            yield case.problem(
                home, "areas-whole", f"{area.ons_code} is already the code of {seen[area.ons_code]}", "look the code up in the ONS register"
            )
        seen.setdefault(area.ons_code, slug)
        expected = re.sub(r"[^a-z]+", "-", area.name.lower()).strip("-")
        if slug != expected:
            yield case.problem(
                case.k.home("area", slug, "name"), "areas-whole", f"the file is {slug}.yml but the name asks for {expected}.yml", "rename the file"
            )
        if slug in TOP_WORDS or slug in {guide.under or guide_slug for guide_slug, guide in case.k.guides.items()}:
            yield case.problem(case.k.home("area", slug, "name"), "areas-whole", f"/{slug}/ is taken by a page of the site", "choose another slug")
    if len(case.k.areas) < AREAS:
        missing = sorted({f"E090000{number:02d}" for number in range(1, AREAS + 1)} - set(seen))
        path = "pathways/areas"
        yield Problem(path, 1, 1, "areas-whole", f"no file for {', '.join(missing)}", "restore the area's file from git", at=path)


MADE = frozenset(
    [
        "now",
        "check",
        "areas",
        "settings",
        "situations",
        "myths",
        "scenarios",
        "glossary",
        "training",
        "trainers",
        "cards",
        "procedures",
        "sources",
        "coverage",
        "changes",
        "assets",
        "search",
    ]
)
"""The first words of addresses that are made from other files than guides."""


def guides_apart(case: Case) -> Iterator[Problem]:
    """No guide takes the address of another page."""
    for slug, guide in case.k.guides.items():
        if (guide.under or slug) in MADE or re.fullmatch(r"[ams][0-9]{2}", guide.under or slug):
            message = f"/{guide.under or slug}/ is taken by other pages of the site"
            yield case.problem(case.k.home("guide", slug, "name"), "guides-apart", message, "give the file another name")


def slots_declared(case: Case) -> Iterator[Problem]:
    """In every area each slot is filled by a contact point that may be shown, or declared empty with a date (a recall is one); never both, never neither."""
    for slug, area in case.k.areas.items():
        for slot in Slot:
            standings = {id: judge(case.k, id, filling, case.today).standing for id, filling in case.k.fillings.get((slug, slot), ())}
            shown = [id for id, standing in standings.items() if standing not in HIDDEN]
            if shown and slot in area.slots:
                home = case.k.home("area", slug, "slots", slot.value)
                yield case.problem(home, "slots-declared", f"{slot} is declared empty, but {shown[0]} fills it", "remove one of the two")
            elif not shown and slot not in area.slots and Standing.WITHDRAWN not in standings.values():
                home = case.k.home("area", slug, "slots")
                tip = f"write “{slot}: {{not_found: 2026-11-21}}” with the day you looked, or let a contact point fill it"
                yield case.problem(home, "slots-declared", f"nothing fills {slot} in {area.name}, and it is not declared empty", tip)


def fallbacks_strong(case: Case) -> Iterator[Problem]:
    """What takes a missing number's place is always there: a staffed phone whose own standing is good, and never in a loop. So is what /now/ shows."""
    path = "pathways/national.yml"
    named = {name for names in (*FALLBACKS.values(), *ADVICE.values()) for name in names if not isinstance(name, Slot)} | {EMERGENCY}
    for id in sorted(named):
        if id not in case.k.contacts:
            yield case.problem(Home(path, ("contacts",)), "fallbacks-strong", f"{id} is missing, and routes fall back on it", "restore it from git")
            continue
        way = national(case.k, id, case.today)
        if not way.first or not way.contact.phone:
            message = f"{id} stands in for missing local numbers, but it is {way.judgement.standing}" + (
                "" if way.contact.phone else " and has no phone"
            )
            yield case.problem(case.k.home("contact", id), "fallbacks-strong", message, "find a second source or confirm it")
    for id in sorted(set(NOW.values()) - named):
        if id not in case.k.contacts:
            yield case.problem(Home(path, ("contacts",)), "fallbacks-strong", f"{id} is missing, and the page /now/ shows it", "restore it from git")
        elif (standing := national(case.k, id, case.today).judgement.standing) is Standing.HELD:
            yield case.problem(
                case.k.home("contact", id),
                "fallbacks-strong",
                f"{id} is {standing}, and the page /now/ shows it",
                "free it, or change NOW in scripts/routes.py",
            )
    for slot in Slot:
        reached, queue = set(), [slot]
        while queue:
            here = queue.pop()
            if here in reached:
                yield case.problem(
                    Home(path, ("contacts",)),
                    "fallbacks-strong",
                    f"the fallback of {slot} leads back to {here}",
                    "mend FALLBACKS in scripts/routes.py",
                )
                break
            reached.add(here)
            queue += [name for name in FALLBACKS[here] if isinstance(name, Slot)]


def routes_usable(case: Case) -> Iterator[Problem]:
    """Every area, local setting, age and clock has a first contact that can be used now; out of hours it is a phone."""
    if not _core_known(case):
        return
    for setting, record in case.k.settings.items():
        public = record.audience == "public"
        steps = case.k.home("setting", setting, "steps")
        for (age, clock), core in CORE.items() if record.local else ():
            slot = first_slot(record, age, clock)
            if slot is not None and slot is not core:
                message = f"for {age}, {clock} the share stage names {slot} first; the page shows {core} at its top"
                yield case.problem(steps, "routes-usable", message, f"let the first slot of the share stage be {core}")
            for area, found in case.k.areas.items():
                cards = case.answers[area, public][slot].cards if slot is not None else ()
                card = cards[0] if cards else None
                if card is None:
                    message = f"in {found.name}, {age}, {clock}: the share stage names no contact that can be used"
                    yield case.problem(steps, "routes-usable", message, "name the slot in a step of the share stage")
                elif not (card.contact.phone or (clock is Clock.OFFICE_HOURS and (card.contact.email or card.contact.page))):
                    message = f"{card.id} stands first in {found.name}, {age}, {clock}, and has no phone"
                    yield case.problem(case.k.home("contact", card.id), "routes-usable", message, "give its phone, or declare the slot empty")


def _core_known(case: Case) -> bool:
    """Whether the national lines that routes fall back on are there at all (fallbacks_strong says so when they are not)."""
    return all(name in case.k.contacts for names in FALLBACKS.values() for name in names if not isinstance(name, Slot))
