"""Where each source is listed, and the pages that list them: /sources/, and one below it for each area.

A source that one area alone rests on stands on that area's page, so that no page grows with all that the other areas rest on. Which page
it is follows from all the files, not from the areas an edition shows: an address that one edition has printed is another's too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scripts.load import FOLDER, Knowledge
from scripts.model import Area, Source
from scripts.pages.page import HOME, Page
from scripts.prose import Text, names

SOURCES = ("/sources/", "Sources")
Publishers = tuple[tuple[str, tuple[tuple[str, Source], ...]], ...]
ELSEWHERE = ""
"""Among the users of a source: anything but an area."""


def area_sources(area: str) -> str:
    """The address of the page with the sources of an area."""
    return f"{SOURCES[0]}{area}/"


def users(k: Knowledge) -> Mapping[str, frozenset[str]]:
    """The areas that rest on each source, and ELSEWHERE. A contact point's sources are those of every area it serves, whosever file it stands in.

    What an edition adds is left out: it must not move a source that the other editions show too.
    """
    serves: dict[tuple[str, str | int], set[str]] = {}
    for reference in k.references:
        path, pointer = reference.home.path, reference.home.pointer
        if reference.kind == "area" and pointer[0] == "contacts":
            serves.setdefault((path, pointer[1]), set()).add(reference.id)
    found: dict[str, set[str]] = {}
    for reference in k.references:
        path, pointer = reference.home.path, reference.home.pointer
        if reference.kind != "source" or path.startswith(f"{FOLDER}/editions/"):
            continue
        here = found.setdefault(reference.id, set())
        folder, _, file = path.removeprefix(f"{FOLDER}/").partition("/")
        if folder != "areas":
            here.add(ELSEWHERE)
            continue
        here.add(file.removesuffix(".yml"))
        if pointer[0] == "contacts":
            here |= serves.get((path, pointer[1]), set())
    return {id: frozenset(areas) for id, areas in found.items()}


def source_pages_of(k: Knowledge) -> Mapping[str, str]:
    """The page of each source, which has the source's id as an anchor: its area's where one area alone rests on it, else /sources/.

    An edition that does not show that area has no such page; should it name the source all the same, that is on /sources/.
    """
    used = users(k)

    def page(id: str) -> str:
        (area, *others) = used.get(id, (ELSEWHERE,))
        return area_sources(area) if not others and area in k.areas else SOURCES[0]

    return {id: page(id) for id in k.sources}


def listed_on(k: Knowledge, id: str) -> tuple[str, ...]:
    """Every page that lists a source, the one that links lead to first."""
    first = source_pages_of(k)[id]
    more = (area_sources(area) for area in sorted(users(k).get(id, ())) if area in k.areas)
    return (first, *(page for page in more if page != first))


def source_paths(k: Knowledge) -> Iterator[str]:
    """The path of every page made here, without making it."""
    yield SOURCES[0]
    yield from (area_sources(slug) for slug in k.areas)


def source_pages(k: Knowledge, areas: tuple[tuple[str, Area], ...], prose: tuple[Text, ...]) -> Iterator[Page]:
    """/sources/ with what everyone or several areas rest on, and for each area a page with all that it rests on.

    A source that several areas rest on stands on the page of each as well: its anchor there stays when one more area comes to use it.
    """
    at, used = source_pages_of(k), users(k)
    own = {reference.id for reference in k.references if reference.kind == "source" and reference.home.path.startswith(f"{FOLDER}/editions/")}
    own |= {found.id for text in prose for found in names(text.text) if found.kind == "source"}
    here = [id for id in k.sources if at[id] == SOURCES[0] and (len(used.get(id, ())) != 1 or ELSEWHERE in used[id] or id in own)]
    context: dict[str, Any] = {"groups": _by_publisher(k, here), "differences": k.differences, "areas": areas, "area": None, "path_of": area_sources}
    description = "Every page this site rests on, and the day we read it."
    yield Page(*SOURCES, description, "sources.html", context, landing=True, trail=(HOME,), source=f"{FOLDER}/sources.yml")
    for slug, area in areas:
        context = {"groups": _by_publisher(k, [id for id in k.sources if slug in used.get(id, ())]), "area": area, "slug": slug}
        description = f"Every page that the numbers for {area.name} rest on, and the day we read it."
        title = f"Sources: {area.name}"
        yield Page(area_sources(slug), title, description, "sources.html", context, trail=(HOME, SOURCES), source=f"{FOLDER}/sources.yml")


def _by_publisher(k: Knowledge, ids: Collection[str]) -> Publishers:
    """Sources by publisher, both in alphabetical order."""
    groups: dict[str, list[tuple[str, Source]]] = {}
    for id in ids:
        groups.setdefault(k.sources[id].publisher, []).append((id, k.sources[id]))
    return tuple(
        (name, tuple(sorted(found, key=lambda item: item[1].title.lower())))
        for name, found in sorted(groups.items(), key=lambda item: item[0].lower())
    )
