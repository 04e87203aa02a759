"""What one edition shows: the knowledge without the areas and settings it has no pages for, and without links that would lead to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from scripts.load import Knowledge
from scripts.model import Guide, Myth, Record, Scenario, Session, Situation
from scripts.pages.site import site_paths
from scripts.prose import Text

Value = TypeVar("Value")
Seeing = TypeVar("Seeing", Situation, Guide, Myth)
Within = TypeVar("Within", bound=Record)


def view(k: Knowledge, prose: tuple[Text, ...]) -> Knowledge:
    """The knowledge as the edition in it shows it. The rules have looked at the whole before.

    A contact point stays while it is national, the edition's own, or fills a slot in an area that is shown. A scenario stays
    while its job is shown and its home is in an area that is; what it says of another home goes when that area is not there.
    A session goes when it compares two home addresses and no case with both of them is left.
    """
    edition = k.edition
    if not edition.areas and not edition.settings:
        return k
    areas = _kept(k.areas, lambda slug: not edition.areas or slug in edition.areas)
    settings = _kept(k.settings, lambda slug: not edition.settings or slug in edition.settings)
    fills = {id: tuple(filling for filling in contact.fills if filling.area in areas) for id, contact in k.contacts.items()}
    contacts = {
        id: contact.model_copy(update={"fills": fills[id]})
        for id, contact in k.contacts.items()
        if fills[id] or k.contact_area[id] is None or k.contact_area[id] in areas
    }
    scenarios = {
        slug: scenario.model_copy(update={"elsewhere": scenario.elsewhere if scenario.elsewhere and scenario.elsewhere.home in areas else None})
        for slug, scenario in k.scenarios.items()
        if _plays(scenario, areas, settings)
    }
    sessions = {slug: _told(session, scenarios) for slug, session in k.sessions.items()}
    changes = {
        id: change.model_copy(
            update={
                "areas": tuple(area for area in change.areas if area in areas),
                "contacts": tuple(contact for contact in change.contacts if contact in contacts),
            }
        )
        for id, change in k.changes.items()
        if not change.areas or any(area in areas for area in change.areas)
    }
    small = dataclasses.replace(
        k,
        areas=MappingProxyType(areas),
        other_areas=MappingProxyType({slug: area for slug, area in k.areas.items() if slug not in areas}),
        settings=MappingProxyType(settings),
        contacts=MappingProxyType(contacts),
        contact_area=MappingProxyType({id: area for id, area in k.contact_area.items() if id in contacts}),
        scenarios=MappingProxyType(scenarios),
        sessions=MappingProxyType({slug: session for slug, session in sessions.items() if session is not None}),
        changes=MappingProxyType(changes),
        fillings=MappingProxyType({key: found for key, found in k.fillings.items() if key[0] in areas}),
        moved=MappingProxyType({}),  # another edition's addresses were never this one's
    )
    return _without_dead_ends(small, site_paths(small, prose))


def _plays(scenario: Scenario, areas: Mapping[str, object], settings: Mapping[str, object]) -> bool:
    return scenario.setting in settings and (scenario.home is None or scenario.home in areas)


def _told(session: Session, scenarios: Mapping[str, Scenario]) -> Session | None:
    """A session with the cases that are there. None where a part compares two home addresses, and no case with both is left."""
    parts = []
    for part in session.parts:
        cases = tuple(id for id in part.cases if id in scenarios and (scenarios[id].elsewhere or not part.two_homes))
        if part.two_homes and not cases:
            return None
        parts.append(part.model_copy(update={"cases": cases}))
    return session.model_copy(update={"parts": tuple(parts)})


def _kept(records: Mapping[str, Value], keep: Callable[[str], bool]) -> dict[str, Value]:
    return {slug: record for slug, record in records.items() if keep(slug)}


def _without_dead_ends(k: Knowledge, paths: frozenset[str]) -> Knowledge:
    """The knowledge without mentions of pages that are not there."""

    def there(address: str) -> bool:
        return address.partition("#")[0] in paths

    def seeing(records: Mapping[str, Seeing]) -> Mapping[str, Seeing]:
        return MappingProxyType({slug: record.model_copy(update={"see": tuple(filter(there, record.see))}) for slug, record in records.items()})

    search = k.search.model_copy(
        update={
            "pages": MappingProxyType(_kept(k.search.pages, there)),
            "lines": MappingProxyType({id: address for id, address in k.search.lines.items() if there(address)}),
        }
    )

    def seeing_inside(record: Within) -> Within:
        """A record whose `see`, and that of every record in it, names only pages that are there."""
        held: dict[str, object] = {}
        for name in type(record).model_fields:
            value = getattr(record, name)
            if name == "see":
                held[name] = tuple(filter(there, value))
            elif isinstance(value, Record):
                held[name] = seeing_inside(value)
            elif isinstance(value, tuple):
                held[name] = tuple(seeing_inside(item) if isinstance(item, Record) else item for item in value)
        return record.model_copy(update=held)

    quiz = {id: seeing_inside(question) for id, question in k.quiz.questions.items()}
    changes = {id: change.model_copy(update={"pages": tuple(filter(there, change.pages))}) for id, change in k.changes.items()}
    return dataclasses.replace(
        k,
        situations=seeing(k.situations),
        guides=seeing(k.guides),
        myths=seeing(k.myths),
        sessions=MappingProxyType({slug: seeing_inside(session) for slug, session in k.sessions.items()}),
        quiz=k.quiz.model_copy(update={"questions": MappingProxyType(quiz)}),
        search=search,
        changes=MappingProxyType(changes),
    )
