"""Which pages there are, and what each one is given. Decisions stand here; wording and markup stand in theme/pages/."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from scripts.load import Knowledge, record_references
from scripts.model import Advice, Area, Group, Setting, Slot, Source, Stage, Step
from scripts.pages.cards import card_pages, card_paths
from scripts.pages.changes import change_pages, change_paths
from scripts.pages.data import DATA, data_pages
from scripts.pages.due import Cells, coverage_due, sheet_pages, sheet_path, sheet_paths
from scripts.pages.page import AREAS, HOME, SETTINGS, Page, Tally
from scripts.pages.search import a_to_z
from scripts.pages.sources import area_sources, source_pages, source_paths
from scripts.pages.subjects import code_page, code_path, guide_path, moved_pages, subject_pages, subject_paths
from scripts.pages.trainers import trainer_pages, trainer_paths
from scripts.prose import Text
from scripts.routes import CORE, EMERGENCY, FALLBACKS, NOW, Answer, Way, nationals, resolve
from scripts.standing import HIDDEN, Standing, judge

PUBLISH = ("/publish/", "Publish your own edition")
Resolved = Mapping[tuple[str, bool], Mapping[Slot, Answer]]
SourceList = tuple[tuple[str, Source], ...]


def tally(k: Knowledge, today: datetime.date) -> Tally:
    """The counts for the draft strip. A line that fills three slots counts once, and is confirmed when every filling is."""
    shown = confirmed = 0
    for id, contact in k.contacts.items():
        if contact.hidden:
            continue
        shown += 1
        standings = {judge(k, id, filling, today).standing for filling in contact.fills or (None,)}
        confirmed += standings == {Standing.CONFIRMED}
    return Tally(shown, confirmed)


def prose_path(text: Text) -> str:
    """The address of a prose file: docs/areas/unknown.md is /areas/unknown/."""
    stem = text.path.removeprefix("docs/").removesuffix(".md").removesuffix("index").strip("/")
    return f"/{stem}/" if stem else "/"


def site_paths(k: Knowledge, prose: tuple[Text, ...], today: datetime.date | None = None) -> frozenset[str]:
    """Every page's path, without making the pages: what prose may link to. An address that moved is none of them.

    `today`: the pages of the quarters go up to its quarter; left out, to the quarter of the newest change.
    """
    fixed = ("/", "/now/", "/areas/", "/settings/", "/procedures/", "/glossary/", "/coverage/", DATA[0], "/find/")
    settings = [f"/settings/{slug}/" for slug in k.settings]
    local = [slug for slug, setting in k.settings.items() if setting.local]
    areas = [path for slug, area in k.areas.items() for path in (f"/{slug}/", code_path(area), *(f"/{slug}/{setting}/" for setting in local))]
    changed = change_paths(k, today or max((change.on for change in k.changes.values()), default=datetime.date.min))
    return frozenset(
        [
            *fixed,
            *settings,
            *areas,
            *changed,
            *subject_paths(k),
            *source_paths(k),
            *trainer_paths(k),
            *card_paths(k),
            *sheet_paths(k),
            *(prose_path(text) for text in prose),
        ]
    )


def site_pages(
    k: Knowledge,
    today: datetime.date,
    resolved: Resolved,
    prose: tuple[Text, ...],
    rules: tuple[tuple[str, str], ...] = (),
    promised: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Iterator[Page]:
    """Every page of the site.

    `resolved`: every area's slots, for staff (False) and for the public (True). `rules`: what /coverage/ says is checked.
    `promised`: the anchors of each address that was ever released, which moved pages carry.
    """
    settings = tuple(sorted(k.settings.items(), key=lambda item: _setting_order(item[1])))
    areas = tuple(sorted(k.areas.items(), key=lambda item: item[1].name))
    groups = tuple((group, tuple(item for item in settings if item[1].group is group)) for group in Group)
    guides = tuple(sorted(((guide_path(slug, guide), guide) for slug, guide in k.guides.items()), key=lambda item: item[1].name))
    lists = {"groups": groups, "areas": areas, "guides": guides}
    lines = nationals(k, today)
    resting = {slug: _sources_of(k, setting) for slug, setting in settings}

    yield Page(
        "/",
        "Worried about someone?",
        "Who to tell in London when you are worried that someone is being drawn into terrorism.",
        "home.html",
        lists,
        landing=True,
        source="theme/pages/home.html",
    )
    now = {name: lines[id] for name, id in NOW.items()}
    yield Page(
        "/now/",
        "Someone is in danger now",
        "What to do when someone is in danger now.",
        "now.html",
        now,
        landing=True,
        trail=(HOME,),
        source="theme/pages/now.html",
    )
    yield Page(
        "/areas/", "Your borough", "The 33 London areas, A to Z.", "areas.html", lists, landing=True, trail=(HOME,), source="theme/pages/areas.html"
    )
    yield Page(
        "/settings/",
        "Your job or role",
        "Where you work, and the steps for it.",
        "settings.html",
        lists,
        landing=True,
        trail=(HOME,),
        source="theme/pages/settings.html",
    )
    for slug, setting in settings:
        yield _setting_page(k, slug, setting, areas, resting[slug], lines)
    for slug, area in areas:
        yield _area_page(k, slug, area, resolved[slug, False], settings)
        yield code_page(area, f"/{slug}/", area.name, k.home("area", slug).path)
        for setting_slug, setting in settings:
            if setting.local:
                yield _route_page(k, slug, setting_slug, resolved[slug, setting.audience == "public"], resting[setting_slug], today, lines)
    yield Page(
        "/procedures/",
        "Procedures and guidance",
        "Pan-London and national procedures: what each says to do.",
        "procedures.html",
        {"procedures": k.procedures},
        landing=True,
        trail=(HOME,),
        source="pathways/procedures.yml",
    )
    terms = tuple(sorted(k.terms.items(), key=lambda item: item[1].name.lower()))
    yield Page(
        "/glossary/",
        "Glossary",
        "Every abbreviation and term on this site, in plain words.",
        "glossary.html",
        {"terms": terms},
        landing=True,
        trail=(HOME,),
        source="pathways/glossary.yml",
    )
    yield from subject_pages(k, lines, areas, today)
    yield from card_pages(k, areas, settings, today, tally(k, today))
    yield from trainer_pages(k, lines, areas, today)
    yield from source_pages(k, areas, prose)
    cells = {slug: _cells(k, slug, resolved[slug, False], today) for slug, _ in areas}
    coverage = _coverage(areas, cells) | coverage_due(k, areas, today) | {"rules": rules, "lines": _shown_first(lines)}
    yield Page(
        "/coverage/",
        "Coverage",
        "Which numbers are confirmed, published, weak, held or not found, area by area.",
        "coverage.html",
        coverage,
        landing=True,
        trail=(HOME,),
        source="pathways/areas/",
    )
    yield from sheet_pages(k, areas, today, cells)
    yield from change_pages(k, today)
    yield from data_pages(k)
    for text in prose:
        yield _prose_page(text, lines)
    yield from moved_pages(k.moved, promised)


def with_a_to_z(k: Knowledge, pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """The pages, and the one that lists them."""
    letters = {"letters": a_to_z(k, pages)}
    description = "Every borough, job, situation, guide and word, A to Z."
    page = Page("/find/", "A to Z", description, "find.html", letters, landing=True, trail=(HOME,), source="theme/pages/find.html")
    return (*pages, page)


def _setting_order(setting: Setting) -> tuple[int, str]:
    """By group in the order of the list of jobs, then by name."""
    return list(Group).index(setting.group), setting.name


def _setting_page(
    k: Knowledge, slug: str, setting: Setting, areas: tuple[tuple[str, Area], ...], sources: SourceList, lines: Mapping[str, Way]
) -> Page:
    context = {
        "slug": slug,
        "setting": setting,
        "areas": areas,
        "stages": _stages((step, tuple(lines[id] for id in step.contacts)) for step in setting.steps),
        "first": next(step for step in setting.steps if step.id == setting.first_step),
        "advice": _advice(k, setting),
        "sources": sources,
    }
    return Page(
        f"/settings/{slug}/", setting.name, setting.summary, "setting.html", context, trail=(HOME, SETTINGS), source=k.home("setting", slug).path
    )


def _advice(k: Knowledge, setting: Setting) -> Advice:
    """The advice for a setting. A setting without areas leaves out which borough it is."""
    advice = k.advice_for(setting)
    return advice if setting.local else advice.model_copy(update={"residence": ()})


def _sources_of(k: Knowledge, setting: Setting) -> SourceList:
    """The sources a setting's steps and advice rest on, in alphabetical order."""
    references = (*record_references(setting), *record_references(k.advice_for(setting)))
    used = {id for kind, id, _ in references if kind == "source"}
    return tuple(sorted(((id, k.sources[id]) for id in used), key=lambda item: (item[1].publisher, item[1].title)))


def _stages(steps: Iterable[tuple[Step, tuple[Way, ...]]]) -> tuple[tuple[Stage, tuple[tuple[Step, tuple[Way, ...]], ...]], ...]:
    """Steps (with their national contact points) by stage, in order."""
    found = list(steps)
    return tuple((stage, tuple(item for item in found if item[0].stage is stage)) for stage in Stage)


def _area_page(k: Knowledge, slug: str, area: Area, slots: Mapping[Slot, Answer], settings: tuple[tuple[str, Setting], ...]) -> Page:
    local = tuple(item for item in settings if item[1].local)
    groups = tuple((group, tuple(item for item in local if item[1].group is group)) for group in Group)
    context = {"slug": slug, "area": area, "slots": slots, "groups": groups, "code_path": code_path(area)}
    context |= {"sources_path": area_sources(slug), "sheet_path": sheet_path(slug)}
    title = f"{area.name}: who to tell"
    description = f"Who to tell in {area.name} when you are worried that someone is being drawn into terrorism."
    return Page(f"/{slug}/", title, description, "area.html", context, trail=(HOME, AREAS), source=k.home("area", slug).path)


def _route_page(
    k: Knowledge, slug: str, setting_slug: str, slots: Mapping[Slot, Answer], sources: SourceList, today: datetime.date, lines: Mapping[str, Way]
) -> Page:
    route = resolve(k, slug, setting_slug, today, slots, lines)
    context = {
        "route": route,
        "area": route.area,
        "setting": route.setting,
        "slots": slots,
        "stages": _stages((step.step, step.contacts) for step in route.steps),
        "first": route.first_step,
        "advice": k.advice_for(route.setting),
        "sources": sources,
    }
    title = f"{route.setting.name} in {route.area.name}"
    description = f"{route.area.name}, {route.setting.name}: {route.setting.summary}"
    trail = (HOME, AREAS, (f"/{slug}/", route.area.name))
    source = k.home("setting", setting_slug).path
    return Page(f"/{slug}/{setting_slug}/", title, description, "route.html", context, trail=trail, source=source)


def _shown_first(lines: Mapping[str, Way]) -> tuple[Way, ...]:
    """The national contact points that may be shown: those with a phone that others fall back on first, then by name."""
    behind = {EMERGENCY, *(name for names in FALLBACKS.values() for name in names)}
    shown = (way for way in lines.values() if way.judgement.standing not in HIDDEN)
    return tuple(sorted(shown, key=lambda way: (way.id not in behind, way.contact.name.lower())))


def _cells(k: Knowledge, area: str, slots: Mapping[Slot, Answer], today: datetime.date) -> Cells:
    """What is known in an area: for every slot the standing, and whether a local line stands before the fallback."""
    cells = []
    for slot, found in slots.items():
        standing = found.standing
        if standing is Standing.NOT_FOUND:
            recorded = {judge(k, id, filling, today).standing for id, filling in k.fillings.get((area, slot), ())}
            standing = next((hidden for hidden in (Standing.HELD, Standing.WITHDRAWN) if hidden in recorded), standing)
        cells.append((slot, standing, found.local_first))
    return tuple(cells)


def _coverage(areas: tuple[tuple[str, Area], ...], cells: Mapping[str, Cells]) -> dict[str, Any]:
    """The completeness matrix, a row for each area, and what it adds up to."""
    known = [found for slug, _ in areas for found in cells[slug]]
    counts = {standing: sum(found[1] is standing for found in known) for standing in Standing}
    core = [found for found in known if found[0] in CORE.values()]
    return {
        "rows": tuple((slug, area, cells[slug]) for slug, area in areas),
        "slots": tuple(Slot),
        "counts": counts,
        "total": len(known),
        "core_total": len(core),
        "core_local": sum(local for _, _, local in core),
    }


def _prose_page(text: Text, lines: Mapping[str, Way]) -> Page:
    """A page by hand: its title is its first heading, its description the front matter's."""
    head, body = _front_matter(text.text)
    title = next((line.removeprefix("# ").split("{")[0].strip() for line in body.splitlines() if line.startswith("# ")), text.path)
    path = prose_path(text)
    trail = (HOME, AREAS) if path.startswith("/areas/") else (HOME, PUBLISH) if path.startswith("/publish/") and path != PUBLISH[0] else (HOME,)
    context = {"ways": lines}
    return Page(
        path,
        title,
        head.get("description", title),
        "",
        context,
        Text(text.path, body),
        landing=path in ("/about/", "/accessibility/", PUBLISH[0]),
        trail=trail,
        source=text.path,
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between --- lines at the top, and the rest."""
    if not text.startswith("---\n"):
        return {}, text
    head, _, body = text[4:].partition("\n---\n")
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}, body
