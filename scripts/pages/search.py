"""The search index: every page's name, the words people use for it, one line about it, and its headings. Not its full text.

The index, MiniSearch and the few lines that ask it (theme/search/) are one file, fetched when the search box is first used. Route
pages are not in it: the reader's browser puts an area and a job together (theme/search/find.js).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.load import Knowledge
from scripts.model import ContactPoint, Guide
from scripts.pages.addresses import Style, link
from scripts.pages.page import Page
from scripts.pages.subjects import guide_path

SCRIPT = "assets/search.js"
LOOKED_FOR = ("/trainers/quiz/", "/cards/")
"""Pages that stand in no navigation and are looked for by name."""
HEADING = re.compile(r"^## (.+?)(?: *\{#[\w-]+\})?$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One thing the search can find."""

    kind: str
    """area, job, situation, guide, page, check, myth, scenario, term, procedure or line."""
    title: str
    line: str
    """One line about it, shown below its title."""
    to: str
    """Its address from the site's root, with an anchor where it is a part of a page."""
    alias: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    """For an area: the names of its contact points."""
    number: tuple[str, ...] = ()
    """Phone numbers and mailboxes it shows."""
    slug: str = ""
    """For a job with routes: the last part of their addresses."""


def entries(k: Knowledge, pages: Sequence[Page]) -> Iterator[Entry]:
    """Everything the search can find, in a fixed order."""
    at = {page.path: page for page in pages}
    more = k.search.pages
    for slug, area in k.areas.items():
        ways = [contact for id, contact in k.contacts.items() if k.contact_area[id] == slug and not contact.hidden]
        names = _distinct([name for contact in ways for name in (contact.name, *contact.also_known_as)])
        numbers = _distinct([value for contact in ways for value in _values(contact)])
        alias = (*area.also_known_as, area.council, *area.places)
        line = "Borough: the numbers for a child and an adult, day and night"
        yield Entry("area", area.name, line, f"/{slug}/", alias, contact=names, number=numbers)
    for slug, setting in k.settings.items():
        yield Entry(
            "job", setting.name, f"Your job: {setting.summary}", f"/settings/{slug}/", setting.also_known_as, slug=slug if setting.local else ""
        )
    for slug, situation in k.situations.items():
        yield Entry("situation", situation.name, situation.summary, f"/situations/{slug}/", situation.also_known_as)
    for slug, guide in k.guides.items():
        headings = tuple(section.title for section in guide.sections)
        yield Entry("guide", guide.name, guide.summary, guide_path(slug, guide), guide.also_known_as, headings)
        yield from _sections(slug, guide)
    for id, outcome in k.check.outcomes.items():
        yield Entry("check", outcome.name, f"Help me decide: {outcome.does.do}", f"/check/{id}/")
    for slug, myth in k.myths.items():
        yield Entry("myth", f"“{myth.claim}”", f"{myth.code}: {myth.answer}", f"/myths/{slug}/", (myth.code, *myth.also_known_as))
    for slug, scenario in k.scenarios.items():
        yield Entry("scenario", scenario.name, f"{scenario.code}, a case to train with", f"/scenarios/{slug}/", (scenario.code,))
    for slug, session in k.sessions.items():
        yield Entry("page", session.name, f"Session plan, {session.minutes} minutes: {session.summary}", f"/trainers/{slug}/", session.also_known_as)
    for id, procedure in k.procedures.items():
        yield Entry("procedure", procedure.name, f"Procedure or guidance: {procedure.for_whom}", f"/procedures/#{id}", procedure.also_known_as)
    for id, term in k.terms.items():
        full = (term.spelled_out,) if term.spelled_out else ()
        yield Entry(
            "term", term.name + (f": {term.spelled_out}" if full else ""), term.means, f"/glossary/#{id}", (term.name, *full, *term.also_known_as)
        )
    yield from _lines(k)
    for path, page in at.items():
        if page.landing or page.prose is not None or path in LOOKED_FOR:
            headings = tuple(HEADING.findall(page.prose.text)) if page.prose else ()
            yield Entry("page", page.title, page.description, path, more.get(path, ()), headings)


def _sections(slug: str, guide: Guide) -> Iterator[Entry]:
    """The parts of a guide that have words of their own to be found by."""
    for section in guide.sections:
        if section.also_known_as:
            yield Entry("guide", section.title, f"Part of: {guide.name}", f"{guide_path(slug, guide)}#{section.id}", section.also_known_as)


def _lines(k: Knowledge) -> Iterator[Entry]:
    """National contact points, each leading to a page that shows it."""
    listed = {
        id: guide_path(slug, guide) + f"#{section.id}" for slug, guide in k.guides.items() for section in guide.sections for id in section.lines
    }
    for id, area in k.contact_area.items():
        contact = k.contacts[id]
        if area is None and not contact.hidden:
            to = k.search.lines.get(id) or listed.get(id, "/coverage/#national")
            yield Entry("line", contact.name, contact.what_for, to, contact.also_known_as, number=_values(contact))


def _values(contact: ContactPoint) -> tuple[str, ...]:
    return tuple(value for value in (contact.phone, *contact.phone_alternatives, contact.sms, contact.email) if value)


def _distinct(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def script(k: Knowledge, pages: Sequence[Page], style: Style, theme: Path) -> bytes:
    """The search as one script: MiniSearch, the index, and what asks it. `theme`: the theme folder."""
    docs = [_record(entry, style) for entry in entries(k, pages)]
    slots = [{"title": words.name, "alias": list(words.also_known_as), "anchor": f"#{words.anchor}"} for words in k.search.slots.values()]
    index = json.dumps({"docs": docs, "slots": slots}, ensure_ascii=False, separators=(",", ":"))
    library, asks = ((theme / "search" / name).read_text(encoding="utf-8") for name in ("minisearch.min.js", "find.js"))
    return f"{library.rstrip()}\nconst PREVENT_PATHWAYS_INDEX={index};\n{asks}".encode()


def _record(entry: Entry, style: Style) -> Mapping[str, Any]:
    record: dict[str, Any] = {"kind": entry.kind, "title": entry.title, "line": entry.line, "url": link(entry.to, "", style)}
    record |= {key: list(value) for key in ("alias", "heading", "contact", "number") if (value := getattr(entry, key))}
    return record | ({"slug": entry.slug} if entry.slug else {})


def a_to_z(k: Knowledge, pages: Sequence[Page]) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Everything that can be found but scenarios and parts of pages, by first letter: the search for readers without script."""
    whole = (entry for entry in entries(k, pages) if entry.kind not in ("scenario", "line") and not (entry.kind == "guide" and "#" in entry.to))
    letters: dict[str, list[Entry]] = {}
    for entry in sorted(whole, key=lambda entry: re.sub(r"\W", "", entry.title).lower()):
        letters.setdefault(next((letter for letter in entry.title.upper() if letter.isalnum()), "#"), []).append(entry)
    return tuple((letter, tuple(found)) for letter, found in letters.items())
