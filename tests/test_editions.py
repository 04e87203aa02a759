"""Editions: each shows its own areas and jobs, its overlay obeys every rule, and nothing of it reaches another edition."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote, urlsplit

import pytest

from scripts.build import ROOT, Checked, checked, render_files
from scripts.load import assemble
from scripts.model import Slot
from scripts.problem import Refused
from scripts.prose import Text
from scripts.rules.case import Case
from tests.conftest import TODAY, Files, problems_in
from tests.editing import edit, line_in

EDITIONS = tuple(sorted(path.stem for path in (ROOT / "pathways" / "editions").glob("*.yml")))
EXAMPLE = "pathways/editions/example.yml"
BARNET = "pathways/editions/barnet.yml"

Rendered = Mapping[str, bytes]


@pytest.fixture(scope="module")
def made() -> Mapping[str, Rendered]:
    """Every edition, rendered. Each broke no rule."""
    return {edition: render_files(checked(ROOT, TODAY, edition)) for edition in EDITIONS}


def test_the_editions_of_the_issue_are_there() -> None:
    assert EDITIONS == ("barnet", "example", "haringey", "london")


@pytest.mark.parametrize("edition", ["barnet", "haringey"])
def test_an_edition_of_one_borough_is_a_draft_with_that_boroughs_routes_only(edition: str, made: Mapping[str, Rendered], real: Checked) -> None:
    assert real.k.editions[edition].policy == "draft"
    assert real.k.editions[edition].mailbox is None
    assert real.k.editions[edition].base_address is None
    top = {name.split("/")[0] for name in made[edition]}
    assert top & set(real.k.areas) == {edition}
    assert sum(name.startswith(f"{edition}/") for name in made[edition]) == sum(name.startswith(f"{edition}/") for name in made["london"])


def test_an_edition_names_the_other_councils_own_sites(made: Mapping[str, Rendered], real: Checked) -> None:
    page = made["barnet"]["areas/index.md"].decode()
    for slug, area in real.k.areas.items():
        assert f'href="{area.website}"' in page or slug == "barnet"


def test_an_edition_counts_its_own_contact_points(made: Mapping[str, Rendered]) -> None:
    strips = {edition: re.search(rb"Draft: (\d+) of (\d+)", pages["index.md"]) for edition, pages in made.items()}
    counts = {edition: (int(strip[1]), int(strip[2])) for edition, strip in strips.items() if strip}
    assert counts["london"][0] == 0
    assert counts["example"][0] == 1, "the trust's own desk"
    assert counts["barnet"][1] < counts["london"][1]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_link_and_anchor_of_an_edition_leads_somewhere(edition: str, made: Mapping[str, Rendered]) -> None:
    pages = {name: content.decode() for name, content in made[edition].items() if name.endswith(".md")}
    ids = {name: set(re.findall(r' id="([^"]+)"|\{#([\w-]+)\}', text)) for name, text in pages.items()}
    anchors = {name: {one or other for one, other in found} for name, found in ids.items()}
    dead = [(name, address) for name, text in pages.items() for address in links(text) if not leads(name, address, made[edition], anchors)]
    assert dead == []
    assert sum(len(list(links(text))) for text in pages.values()) > 1000


def links(text: str) -> Iterator[str]:
    """The addresses on this site that a page's block links to."""
    for address in re.findall(r'href="([^"]+)"', text):
        if not urlsplit(address).scheme:
            yield unquote(address)


def leads(name: str, address: str, files: Rendered, anchors: Mapping[str, set[str]]) -> bool:
    path, _, anchor = address.partition("#")
    at = "/" + name.removesuffix("index.md")
    target = normpath(join(at, path)).lstrip("/") if path else name.removesuffix("index.md").strip("/")
    page = f"{target}/index.md".lstrip("/") if target not in ("", ".") else "index.md"
    if target in files:
        return True
    return page in files and (not anchor or anchor in anchors[page])


# --- the overlay -------------------------------------------------------------------------------------------------------


def test_the_overlay_is_shown_as_local(made: Mapping[str, Rendered]) -> None:
    page = made["example"]["barnet/school/index.md"].decode()
    step = page[page.index('id="step-tell-dsl"') :].split('<div class="pp-step"')[0]
    assert '<span class="pp-local">Invented Academies Trust</span>' in step
    assert "or ring the trust&#39;s safeguarding desk" in step
    assert "020 7946 0101" in step
    assert page.index('id="step-trust-record"') > page.index('id="stage-record"')
    assert "This is the trust&#39;s own copy" in made["example"]["index.md"].decode()


@pytest.mark.parametrize("edition", sorted({"london", "barnet", "haringey"}))
def test_nothing_of_an_overlay_reaches_another_edition(edition: str, made: Mapping[str, Rendered]) -> None:
    own = (
        b"020 7946 0101",
        b"7946",
        b"trust-safeguarding-desk",
        b"invented-trust-policy",
        b"Invented Academies",
        b"safeguarding@example.org",
        b"prevent.example.org",
    )
    for name, content in made[edition].items():
        for value in own:
            assert value not in content, f"{name} holds {value.decode()}"
    assert any(own[0] in content for content in made["example"].values()), "the value is there to be found"


OVERLAY_BREAKS = (
    ("a number nobody saw", r'^    phone: "020 7946 0101"', '    phone: "020 7946 0102"', "values-sighted", '    phone: "020 7946 0102"'),
    ("an invented number in a real record", r"^    fictional: true\n    sightings", "    sightings", "values-valid", '    phone: "020 7946 0101"'),
    ("a step without a source that can carry it", r"      sources: \[dfe-making-a-referral-copy.*", "      sources: [invented-trust-policy]", "force-backed", "    - id: tell-dsl"),
    ("a staff line given to families", r"^  school:\n", "  family:\n", "contacts-used", "      contacts: [trust-safeguarding-desk]"),
    ("a setting that is not there", r"^  school:\n", "  shool:\n", "reference", "  shool:"),
    ("a person's mailbox", r"^    audience: professionals", "    audience: professionals\n    email: jo.bloggs@example.org", "role-mailboxes", "    email:"),
    ("a long sentence", r"      do: Enter the concern.*", "      do: Enter " + "the concern and " * 12 + "more.", "sentences-short", "      do: Enter the concern and"),
    ("a source's id that is taken", r"^  invented-trust-policy:", "  bels-safeguarding:", "one-record", "  bels-safeguarding:"),
)  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "rule", "at"), OVERLAY_BREAKS, ids=[row[0] for row in OVERLAY_BREAKS])
def test_an_overlay_cannot_weaken_a_rule(files: Files, what: str, old: str, new: str, rule: str, at: str) -> None:
    broken = edit(files, EXAMPLE, old, new)
    found = [problem for problem in problems_in(broken, edition="example") if problem.rule == rule and problem.path == EXAMPLE]
    assert found, [str(problem) for problem in problems_in(broken, edition="example")]
    assert any(abs(problem.line - line_in(broken, EXAMPLE, at)) <= 1 for problem in found), [problem.line for problem in found]


def test_an_overlay_may_replace_a_contact_point_and_answers_for_it(files: Files) -> None:
    """Its own record with an id that is there takes the other's place, and its sightings must carry it."""
    own = (
        '  barnet-mash:\n    name: Invented hub\n    what_for: Concerns about a child; allegations against staff go to the LADO.\n    phone: "020 7946 0103"\n    fictional: true\n'
        + (
            "    fills:\n      - {slot: children, area: barnet, seen_in: [invented-trust-policy]}\n      - {slot: lado, area: barnet, seen_in: [invented-trust-policy]}\n"
            '    sightings: [{source: invented-trust-policy, phone: "020 7946 0103"}]\n'
        )
    )
    changed = edit(files, EXAMPLE, r"^contacts:\n", f"contacts:\n{own}")
    k = assemble(changed, "example")
    assert k.contacts["barnet-mash"].phone == "020 7946 0103"
    assert assemble(changed).contacts["barnet-mash"].phone == "020 8359 4066"
    assert k.owner("barnet-mash") == "Invented Academies Trust"
    assert [id for id, _ in k.fillings["barnet", "children"]] == ["barnet-mash"]


# --- the publishing policy ---------------------------------------------------------------------------------------------


def confirmed_core(files: Files) -> Files:
    """Barnet's edition with every first card of the core slots confirmed."""
    k = assemble(files, "barnet")
    case = Case(k, TODAY)
    for slot in (Slot.CHILDREN, Slot.ADULTS, Slot.OUT_OF_HOURS_CHILDREN, Slot.OUT_OF_HOURS_ADULTS):
        for way in case.answers["barnet", False][slot].cards[:1]:
            path = k.home("contact", way.id).path
            if f"# {way.id} confirmed".encode() in files[path]:
                continue
            covers = f", covers: {json.dumps([f'{filling.area}/{filling.slot}' for filling in way.contact.fills])}" if way.contact.fills else ""
            text = f'  {way.id}:\n    # {way.id} confirmed\n    confirmations: [{{on: 2026-11-20, how: phone, by: duty-officer, phone: "{way.contact.phone}"{covers}}}]'
            files = edit(files, path, rf"^  {way.id}:", text)
    return files


def test_an_edition_that_promises_confirmed_core_numbers_is_refused_until_they_are(files: Files) -> None:
    promising = edit(files, BARNET, r"^policy: draft", "policy: confirmed-core")
    found = [problem for problem in problems_in(promising, edition="barnet") if problem.rule == "policy-kept"]
    assert {problem.path for problem in found} == {"pathways/areas/barnet.yml", "pathways/national.yml"}
    assert all("policy: draft" in problem.tip for problem in found)
    confirmed = confirmed_core(promising)
    assert [problem for problem in problems_in(confirmed, edition="barnet") if problem.rule == "policy-kept"] == []
    assert [problem for problem in problems_in(confirmed, edition="barnet") if problem.path == BARNET] == []


def test_an_edition_that_shows_confirmed_numbers_only_leaves_the_others_out(files: Files, texts: tuple[Text, ...]) -> None:
    strict = edit(confirmed_core(files), BARNET, r"^policy: draft", "policy: confirmed-only")
    found = [problem for problem in problems_in(strict, edition="barnet") if problem.rule == "policy-kept"]
    assert {problem.path for problem in found} == {"pathways/national.yml"}, "national lines that nobody confirmed are shown in steps"
    k = assemble(strict, "barnet")
    page = render_files(Checked(Case(k, TODAY, texts)))["barnet/index.md"].decode()
    assert 'class="pp-draft"' not in page
    numbers = set(re.findall(r'data-standing="(\w+)"', page[page.index('id="child"') :]))
    assert numbers <= {"confirmed", "published"}
    for name, content in k.contacts.items():
        if k.contact_area[name] == "barnet" and content.phone and not content.confirmations:
            assert content.phone not in page, name


def test_an_edition_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        checked(ROOT, TODAY, "barnett")
    (problem,) = refused.value.problems
    assert (problem.path, problem.message) == ("pathways/editions/barnett.yml", "there is no edition called barnett")
    assert problem.tip == "did you mean barnet?"
