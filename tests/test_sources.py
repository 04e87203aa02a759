"""Each source stands where its links lead, and what one area alone rests on stands on that area's page: in every edition, and for ever."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

import pytest

from scripts.build import ROOT, Checked, checked, prose_of, render_files
from scripts.load import Knowledge, assemble
from scripts.pages.edition import view
from scripts.pages.sources import area_sources, listed_on, source_pages_of, users
from scripts.permalinks import anchors
from scripts.upkeep.rename import planned
from tests.conftest import TODAY, Files
from tests.editing import edit

ONE = "bels-safeguarding"
"""A source of Barnet's, and of no other area's."""
SOURCES = "/sources/"


@pytest.fixture(scope="module")
def made(real: Checked) -> dict[str, bytes]:
    """Every rendered file of the real site."""
    return render_files(real)


def on(made: Mapping[str, bytes], page: str) -> frozenset[str]:
    """The anchors of a page."""
    return anchors(made[f"{page.strip('/')}/index.md"])


def test_every_source_stands_on_the_page_that_its_links_lead_to(real: Checked, made: Mapping[str, bytes]) -> None:
    pages, used = source_pages_of(real.k), users(real.k)
    assert pages.keys() == real.k.sources.keys()
    anchors_of = {page: on(made, page) for page in (SOURCES, *map(area_sources, real.k.areas))}
    for id, page in pages.items():
        assert id in anchors_of[page], id
        assert {where for where, names in anchors_of.items() if id in names} == {page, *(area_sources(area) for area in used.get(id, ()) if area)}, id


def test_what_one_area_alone_rests_on_stands_on_its_page_only(real: Checked, made: Mapping[str, bytes]) -> None:
    assert listed_on(real.k, ONE) == ("/sources/barnet/",)
    assert ONE not in on(made, SOURCES)
    assert re.search(r'href="\.\./sources/barnet/#[\w-]+"', made["barnet/index.md"].decode())
    assert sum(page != SOURCES for page in source_pages_of(real.k).values()) > 100


def test_what_several_areas_rest_on_stands_on_the_page_of_each_too(real: Checked, made: Mapping[str, bytes]) -> None:
    shared = {id: areas for id, areas in users(real.k).items() if len(areas) > 1 and "" not in areas}
    assert shared
    for id, areas in shared.items():
        assert source_pages_of(real.k)[id] == SOURCES
        assert id in on(made, SOURCES)
        assert all(id in on(made, area_sources(area)) for area in areas)


def test_an_anchor_stays_when_another_area_comes_to_use_its_source(files: Files) -> None:
    more = assemble(edit(files, "pathways/areas/brent.yml", r"looked: \[", f"looked: [{ONE}, "))
    assert source_pages_of(more)[ONE] == SOURCES
    assert listed_on(more, ONE) == (SOURCES, "/sources/barnet/", "/sources/brent/")


def test_a_shared_line_brings_its_sources_to_every_area_it_serves(real: Checked) -> None:
    """Whosever file it stands in: a page that shows it must not lead to a page that another edition leaves out."""
    used = users(real.k)
    for id, contact in real.k.contacts.items():
        if real.k.contact_area[id]:
            serves = {filling.area for filling in contact.fills}
            for source in (sighting.source for sighting in contact.sightings):
                assert serves <= used[source] or "" in used[source], source


@pytest.mark.parametrize("edition", ["barnet", "haringey", "example"])
def test_a_source_has_the_same_address_in_every_edition(real: Checked, edition: str) -> None:
    """But where an edition has no page for that area: then it is on /sources/, if the edition names it at all."""
    case = checked(ROOT, TODAY, edition)
    shown, london = view(case.k, prose_of(case.texts)), source_pages_of(real.k)
    pages = source_pages_of(shown)
    there = {SOURCES, *map(area_sources, shown.areas)}
    assert {id for id in london if london[id] in there and pages[id] != london[id]} == set()
    others = {id for id in london if london[id] not in there}
    assert others
    assert not others & anchors(render_files(case)["sources/index.md"])


def test_what_an_edition_adds_moves_no_source_and_stands_on_its_own_list(files: Files) -> None:
    example = assemble(files, "example")
    assert source_pages_of(example)["invented-trust-policy"] == SOURCES
    path = "pathways/editions/example.yml"
    overlaid = assemble(edit(files, path, r"sources: \[invented-trust-policy\]", f"sources: [invented-trust-policy, {ONE}]"), "example")
    assert source_pages_of(overlaid)[ONE] == "/sources/barnet/"


def without(k: Knowledge, area: str) -> Knowledge:
    """The knowledge without the pages of an area."""
    return dataclasses.replace(k, areas={slug: record for slug, record in k.areas.items() if slug != area})


def test_an_edition_that_names_a_source_of_an_area_it_does_not_show_has_it_on_its_list(real: Checked) -> None:
    assert source_pages_of(without(real.k, "barnet"))[ONE] == SOURCES


def test_a_source_is_renamed_on_every_page_that_lists_it(real: Checked) -> None:
    assert planned(real.k, f"/sources/barnet/#{ONE}", "/sources/barnet/#invented-new").addresses == {
        f"/sources/barnet/#{ONE}": "/sources/barnet/#invented-new"
    }
    shared = next(id for id in real.k.sources if len(listed_on(real.k, id)) > 2)
    move = planned(real.k, f"/sources/#{shared}", "/sources/#invented-new")
    assert set(move.addresses) == {f"{page}#{shared}" for page in listed_on(real.k, shared)}


def test_the_list_leads_to_the_page_of_every_area_and_each_area_to_its_own(real: Checked, made: Mapping[str, bytes]) -> None:
    text = made["sources/index.md"].decode()
    for slug in real.k.areas:
        assert f'href="../sources/{slug}/"' in text
        assert f'href="../sources/{slug}/"' in made[f"{slug}/index.md"].decode()


def test_no_page_of_the_site_names_a_source_where_it_is_not(made: Mapping[str, bytes]) -> None:
    """LinkChecker judges the built site; this judges every rendered page, and both styles of address come from one place."""
    listed = {f"{name.removesuffix('index.md')}": anchors(content) for name, content in made.items() if re.match(r"sources/.*md", name)}
    found = 0
    for name, content in made.items():
        for page, anchor in re.findall(r'href="(?:\.\./|\./)+(sources/(?:[a-z-]+/)?)#([\w-]+)"', content.decode(errors="ignore")):
            assert anchor in listed[page], (name, page, anchor)
            found += 1
    assert found > 10_000
