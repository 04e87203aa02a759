"""Promise 3: numbers and addresses come from records; none is typed in prose, in a template, or in the words of a record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from scripts.load import Home
from scripts.problem import Problem, near
from scripts.prose import KINDS, place
from scripts.rules.case import Case

NUMBER = re.compile(r"(?<![\d/.-])(?:\+44|0)\s?\d(?:[\s-]?\d){7,}(?!\d)")
SHORT_CODE = re.compile(r"(?<![\d.,/#-])(?:999|101|111|112|18000|18001|116\s?123|61016)(?![\d%/-])")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\"'<>)]+")
TYPED = ((NUMBER, "number"), (MAIL, "e-mail address"), (ADDRESS, "address"))
TELLING = re.compile(r"\d|@|http|www\.")
"""Without one of these no pattern can match: most texts are passed over at once."""
STANDARDS = ("http://www.w3.org/",)
"""Names of standards that look like addresses and are never visited (SVG's namespace)."""


def contacts_not_typed(case: Case) -> Iterator[Problem]:
    """No phone number, e-mail or outside address is typed in words. A short code (999) only beside the contact point it belongs to."""
    tip = "name the contact point instead; its number is filled in"
    for reading in case.readings:
        if reading.key in (
            "phone",
            "phone_alternatives",
            "sms",
            "email",
            "page",
            "website",
            "url",
            "hours",
            "hours_text",
            "dated",
            "mailbox",
            "base_address",
        ):
            continue
        if not TELLING.search(reading.text):
            continue
        for what, found in _typed(reading.text):
            message = f"an {what} is typed in words: {found}".replace("an number", "a number")
            yield case.problem(reading.home, "contacts-not-typed", message, tip)
        for match in SHORT_CODE.finditer("" if reading.key in ("name", "also_known_as", "owner") else reading.text):
            if match[0] not in _beside(case, reading.home):
                message = f"{match[0]} is typed in words, and the record does not name its contact point"
                yield case.problem(reading.home, "contacts-not-typed", message, "add it to contacts: [emergency-999] or leave the number out")
    for text in case.texts:
        for pattern, what in (*TYPED, (SHORT_CODE, "short number")):
            for match in pattern.finditer(text.text):
                if not match[0].startswith(STANDARDS):
                    line, column = place(text.text, match.start())
                    message = f"{'an' if what[0] in 'ae' else 'a'} {what} is typed here: {match[0]}"
                    tip = "write [[contact:its-id]] in prose, or take it from the record in a template"
                    yield Problem(text.path, line, column, "contacts-not-typed", message, tip, at=f"{text.path}#{match[0]}")


@cache
def _typed(text: str) -> tuple[tuple[str, str], ...]:
    """What is typed in a text. Kept: the rules are asked again and again while somebody edits."""
    return tuple((what, match[0]) for pattern, what in TYPED for match in pattern.finditer(text))


def _beside(case: Case, home: Home) -> set[str]:
    """The numbers of the contact points that the record around this text names or is."""
    found: set[str] = set()
    for length in range(len(home.pointer), -1, -1):
        data = case.k.documents[home.path].data
        for step in home.pointer[:length]:
            data = data[step]
        if isinstance(data, dict):
            named = data.get("contacts")
            records = [case.k.contacts[id] for id in named if id in case.k.contacts] if isinstance(named, list) else []
            for record in records:
                found |= {value for value in (record.phone, record.sms) if value}
            found |= {data[key] for key in ("phone", "sms") if isinstance(data.get(key), str)}
            if found:
                break
    return found | {value.split()[0] for value in found}


def names_resolve(case: Case) -> Iterator[Problem]:
    """Every [[contact:…]], [[term:…]], [[source:…]] and [[page:…]] in prose names something that is there and may be shown."""
    tables = {"contact": case.k.contacts, "term": case.k.terms, "source": case.k.sources}
    for named in case.names:
        known = tables.get(named.kind)
        problem = tip = ""
        if named.kind not in KINDS:
            problem, tip = f"[[{named.kind}:…]] is not a name this site knows", f"use one of {', '.join(KINDS)}"
        elif known is not None and named.id not in known:
            problem, tip = f"there is no {named.kind} called {named.id}", near(named.id, known) or f"look the {named.kind} up in pathways/"
        elif named.kind == "page" and case.pages is not None and named.id.split("#")[0] not in case.pages:
            problem, tip = f"there is no page {named.id}", near(named.id, case.pages) or "look the page up on the built site"
        elif named.kind == "contact" and case.k.contacts[named.id].hold:
            problem, tip = f"{named.id} is held and may not be shown", "name another contact point"
        if problem:
            yield Problem(named.path, named.line, named.column, "names-resolve", problem, tip, at=f"{named.path}#{named.kind}:{named.id}")
