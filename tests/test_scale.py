"""The measurement of many areas measures honest things: invented areas are as full as real ones, cannot be taken for real, and break no rule but two."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from scripts import load as loading
from scripts import rules, scale
from scripts.build import ROOT, Checked, prose_of, render_files
from scripts.load import Knowledge, load
from scripts.pages.site import site_paths
from scripts.prose import read_texts
from scripts.rules.case import Case
from scripts.rules.values import DRAMA
from scripts.scale import LEFT_OUT, Measured
from tests.conftest import TODAY

MORE = 36
"""One invented area for each real one, and three for which the turn begins again."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with invented areas."""
    root = scale.copied(tmp_path_factory.mktemp("scale") / "copy")
    scale.invent(root, 33 + MORE)
    return root


@pytest.fixture(scope="module")
def k(copy: Path) -> Knowledge:
    """What the copy says."""
    return load(copy)


def test_invented_areas_break_no_rule_but_those_about_the_real_33(copy: Path, k: Knowledge) -> None:
    texts = read_texts(copy)
    register = (copy / "pathways" / "agreed.txt").read_text(encoding="utf-8")
    found = rules.check(Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY), register))
    assert {problem.rule for problem in found} == LEFT_OUT
    assert [problem for problem in found if "invented-area-" not in problem.path + problem.message] == []


def test_nothing_invented_can_be_taken_for_real(k: Knowledge) -> None:
    invented = [slug for slug in k.areas if slug not in load(ROOT).areas]
    assert len(invented) == MORE
    names = [area.name for slug, area in k.areas.items() if slug not in invented]
    for slug in invented:
        area = k.areas[slug]
        assert area.name.startswith("Invented Area ")
        assert area.website.endswith(".example.org")
        for contact in area.contacts.values():
            assert contact.fictional
            shown = [contact, *contact.sightings]
            assert all(DRAMA.fullmatch(number) for values in shown for number in (values.phone, *values.phone_alternatives, values.sms) if number)
            assert all(values.email.endswith(".example.org") for values in shown if values.email)
            assert all(".example.org/" in values.page for values in shown if values.page)
            assert all(sighting.source.startswith("invented-area-") for sighting in contact.sightings)
            assert [name for name in names if name in contact.name] == []


def test_an_invented_area_is_as_full_as_the_real_one_it_is_made_from(k: Knowledge, real: Checked) -> None:
    slugs = list(real.k.areas)
    for number in range(MORE):
        like, own = slugs[number % 33], f"invented-area-{scale.letters(number).lower()}"
        assert {slot for area, slot in k.fillings if area == own} == {slot for area, slot in k.fillings if area == like} - national_slots(k, like)
        assert set(k.areas[own].slots) == set(k.areas[like].slots)


def national_slots(k: Knowledge, area: str) -> set[str]:
    """The slots of an area that national contact points alone fill: those name their areas, and an invented area is not among them."""
    return {slot for (of, slot), fills in k.fillings.items() if of == area and all(k.contact_area[id] is None for id, _ in fills)}


def test_this_project_is_left_as_it_was(copy: Path, files: dict[str, bytes]) -> None:
    assert not list((ROOT / "pathways" / "areas").glob("invented*"))
    for path, content in files.items():
        assert (ROOT / path).read_bytes() == content


def test_the_bound_on_a_files_size_is_lifted_for_the_measurement_only() -> None:
    """`invent` and `copied` lift nothing; only the process of a step does (`lenient`)."""
    assert loading.MOST_BYTES == 1_000_000 < scale.MOST_BYTES
    assert {rules.name(rule) for rule in rules.RULES} >= LEFT_OUT


def size(areas: int, seconds: float, page: int = 1000) -> Measured:
    """Invented figures."""
    pages = {"coverage/index.html": page, "now/index.html": 500, "brent/index.html": 900, "a04/index.html": 100, "brent/school/index.html": 700}
    return Measured(areas, areas * 30, {"build, s": seconds}, pages, frozenset({"brent"}))


@pytest.mark.parametrize(("twice", "found"), [(9.0, 0), (10.9, 0), (11.1, 1), (20.0, 1)])
def test_what_grows_faster_than_the_areas_is_named_with_ten_per_cent_allowed(twice: float, found: int) -> None:
    named = list(scale.faster([size(50, 5.0), size(100, twice)]))
    assert len(named) == found
    assert all(line.startswith("build, s: ×") for line in named)


def test_growth_is_given_for_a_doubling_whatever_the_numbers_of_areas() -> None:
    assert scale.doubling([size(100, 1.0), size(200, 2.0)], "build, s") == pytest.approx(2)
    assert scale.doubling([size(100, 1.0), size(400, 4.0)], "build, s") == pytest.approx(2)
    assert scale.doubling([size(100, 1.0), size(400, 16.0)], "build, s") == pytest.approx(4)
    assert scale.doubling([size(100, 1.0), size(200, 3.0), size(400, 9.0)], "build, s") == pytest.approx(3)
    assert "× 3.00" in scale.table([size(100, 1.0), size(200, 3.0), size(400, 9.0)])


@pytest.mark.parametrize(("more", "found"), [(250, 0), (251, 1), (700, 1)])
def test_a_page_that_grows_by_more_than_a_link_for_each_area_is_named(more: int, found: int) -> None:
    named = list(scale.heavy([size(50, 1.0, 1000), size(100, 1.0, 1000 + 50 * more)]))
    assert named == [f"/coverage/ grows by {more} bytes for each further area; a link is at most 250"][:found]


def test_pages_are_told_by_type() -> None:
    pages = ("index.html", "now/index.html", "brent/index.html", "brent/school/index.html", "a04/index.html", "m07/index.html",
             "coverage/brent/index.html", "sources/index.html", "settings/school/index.html", "404.html")  # fmt: skip
    types = ("/", "/now/", "/<area>/", "/<area>/<setting>/", "/<code>/", "/<code>/", "/coverage/<area>/", "/sources/", "/settings/…/", "/404.html/")
    assert tuple(scale.kind(page, {"brent"}) for page in pages) == types


def test_no_page_grows_by_more_than_a_link_for_each_further_area(k: Knowledge, copy: Path, real: Checked) -> None:
    """Rendered with 33 areas and with more. What MkDocs puts round a page does not grow: the navigation holds landing pages only."""
    texts = read_texts(copy)
    case = Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY))
    sizes = [
        Measured(
            len(one.k.areas),
            0,
            {},
            {name: len(content) for name, content in render_files(one).items() if name.endswith(".md")},
            frozenset(one.k.areas),
        )
        for one in (dataclasses.replace(real, promised=None), Checked(case))
    ]
    assert [one.areas for one in sizes] == [33, 33 + MORE]
    assert list(scale.heavy(sizes)) == []
    assert {"/", "/areas/", "/coverage/", "/sources/", "/not-prevent/"} <= {type_ for type_, (_, most) in scale.growth(sizes).items() if most > 10}


def test_three_letters_tell_areas_apart_and_every_number_is_one_of_ofcoms() -> None:
    assert len({scale.letters(number) for number in range(1000)}) == 1000
    assert all(DRAMA.fullmatch(scale.drama(number)) for number in range(5000))
    assert len({scale.drama(number) for number in range(4000)}) == 4000
