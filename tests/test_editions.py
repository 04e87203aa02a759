"""Editions: each shows its own areas and jobs, its overlay obeys every rule, and nothing of it reaches another edition."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from markdown import markdown  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from scripts.build import ROOT, Checked, checked, render_files
from scripts.load import assemble
from scripts.model import Edition, Slot
from scripts.pages.facts import facts
from scripts.pages.render import frame
from scripts.problem import Problem, Refused
from scripts.prose import Text
from scripts.rules.case import Case
from scripts.rules.editions import contrast, editions_sound, readable
from scripts.serving.inline import read_inline
from tests.browsing import DESKTOP, PHONE, Device, visit
from tests.conftest import TODAY, Files, problems_in, serving, small_site
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
    for address in re.findall(r'href="([^"]+)"(?! download)', text):  # a file to keep is laid when the site is built (tests/test_cards.py)
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
        b"#5b2a86",
        b"The trust is invented",
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


# --- what an owner says of itself --------------------------------------------------------------------------------------


def told(made: Mapping[str, Rendered], edition: str, page: str) -> str:
    """The words of a page by hand, as a reader sees them."""
    text = made[edition][f"{page}/index.md"].decode()
    return " ".join(BeautifulSoup(markdown(text.partition("\n---\n")[2], extensions=["attr_list"]), "html.parser").get_text().split())


@pytest.mark.parametrize("edition", ["london", "barnet", "haringey"])
def test_an_edition_that_nobody_owns_says_so(edition: str, made: Mapping[str, Rendered]) -> None:
    about, accessibility = told(made, edition, "about"), told(made, edition, "accessibility")
    for sentence in ("Nobody owns this edition yet.", "There is no mailbox to write to.", "It is not official.", "Nobody has dialled them."):
        assert sentence in about
    assert "Nobody owns this edition yet, so there is no mailbox to write to." in accessibility
    assert "Nobody has judged this edition as a whole" in accessibility
    for words in ("compliant", "Equality", "This statement"):
        assert words not in accessibility


def test_an_owner_answers_on_its_own_about_page(made: Mapping[str, Rendered]) -> None:
    about = told(made, "example", "about")
    for sentence in (
        "Invented Academies Trust publishes this edition and answers for it.",
        "The trust is invented, and so are its schools.",
        "Write to safeguarding@example.org.",
        "Where: Barnet, Brent, Camden, Enfield and Haringey.",
        "Which jobs and people: School, School IT and online safety,",
        "How far it is checked: it is a draft.",
        "It speaks for Invented Academies Trust alone",
    ):
        assert sentence in about, sentence
    assert "Nobody" not in about
    assert "not official" not in about


def test_an_edition_of_one_borough_says_which(made: Mapping[str, Rendered]) -> None:
    assert "Where: Barnet. For every other London borough" in told(made, "barnet", "about")
    assert "Where: every London borough, and the City of London." in told(made, "london", "about")


def test_the_accessibility_statement_is_the_owners_own(made: Mapping[str, Rendered]) -> None:
    """What regulation 8 of the accessibility regulations asks for: what is not accessible and why, a way to make contact, where to complain."""
    statement = told(made, "example", "accessibility")
    for sentence in (
        "This accessibility statement applies to Prevent Pathways, Invented Academies Trust.",
        "This website is partially compliant with WCAG version 2.2, level AA.",
        "Nobody has read the pages with a screen reader yet, because the trust's own look is still to come.",
        "Write to safeguarding@example.org.",
        "You get an answer within 5 working days.",
        "Tell the Equality Advisory and Support Service.",
        "on 20 November 2026.",
    ):
        assert sentence in statement, sentence
    assert "Nobody owns" not in statement


def test_only_a_public_body_names_who_enforces_the_regulations(files: Files, texts: tuple[Text, ...]) -> None:
    private = Case(assemble(edit(files, EXAMPLE, r"^  public_body: true\n", ""), "example"), TODAY, texts)
    page = render_files(Checked(private))["accessibility/index.md"].decode()
    assert "partially compliant" in page
    assert "Equality" not in page
    assert "{#enforcement}" not in page


def test_the_frame_of_every_page_names_the_owner_and_the_colour(made: Mapping[str, Rendered]) -> None:
    for edition, pages in made.items():
        for name, content in pages.items():
            if name.endswith(".md"):
                head = content.decode().split("\n---\n")[0]
                assert ('\nowner: "Invented Academies Trust"' in head) is (edition == "example"), name
                assert ('\ncolour: "#5b2a86"' in head) is (edition == "example"), name


NASTY = """<b>&amp;"x' {{ name }} [a](b) *c* _d_ `e` # f | g \\ ~~h~~ ![i](j) 1. k [[edition:name]]"""


def test_what_an_owner_says_lands_letter_by_letter(real: Checked) -> None:
    """The rules refuse markup; and if one let it through, it would still be words."""
    example = real.k.editions["example"]
    assert example.accessibility
    statement = example.accessibility.model_copy(update={"not_accessible": (NASTY, f"1. {NASTY}"), "answer_within": NASTY})
    own = {"name": NASTY, "owner": NASTY, "about": (f"# {NASTY}", f"    {NASTY}"), "mailbox": 'a"><i>@example.org', "accessibility": statement}
    k = dataclasses.replace(real.k, editions=MappingProxyType({"london": example.model_copy(update={**own, "areas": (), "settings": ()})}))
    found = facts(k)
    for name, words in {"name": NASTY, "owner": NASTY, "answer-within": NASTY, "mailbox": own["mailbox"]}.items():
        html = BeautifulSoup(markdown(f"Says {found[name]} here."), "html.parser")
        assert html.get_text() == f"Says {words} here.", name
        assert [tag.name for tag in html.find_all()] == ["p", *(["a"] if name == "mailbox" else [])]
    html = BeautifulSoup(markdown(found["about"]), "html.parser")
    assert [part.get_text() for part in html.find_all("p")] == [f"# {NASTY}", NASTY]
    html = BeautifulSoup(markdown(found["not-accessible"]), "html.parser")
    assert [part.get_text() for part in html.find_all("li")] == [NASTY, f"1. {NASTY}"]
    assert BeautifulSoup(f'<i title="{frame(k.edition)["owner"]}">{frame(k.edition)["owner"]}</i>', "html.parser").get_text() == NASTY


# --- what an owner cannot say ------------------------------------------------------------------------------------------

BREAKS = (
    ("a colour too light", r'^colour: .*', 'colour: "#777777"', "white letters on #777777 have a contrast of 4.47:1; at least 4.5:1 is needed", "#767676"),
    ("a colour without quotes", r'^colour: .*', "colour: #5b2a86", "without quotes a # begins a comment", "in quotes"),
    ("nobody to write to", r"^mailbox: .*\n", "", "this edition has no mailbox", "add owner: and mailbox:"),
    ("a statement of tomorrow", r"^  prepared: .*", "  prepared: 2026-11-23", "2026-11-23 has not come yet", "write the day"),
    ("all is well, but", r"^  complies: .*", "  complies: fully", "“fully” stands beside a list of what is not accessible", "complies: is fully"),
    ("not a word on what", r"^  not_accessible:\n.*\n", "", "“partly” stands without what is not accessible", "say in not_accessible:"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "tip"), [row[1:] for row in BREAKS], ids=[row[0] for row in BREAKS])
def test_what_an_owner_cannot_say_is_refused_at_its_line(files: Files, old: str, new: str, message: str, tip: str) -> None:
    broken = edit(files, EXAMPLE, old, new)
    for edition in ("example", "london"):
        found = [problem for problem in problems_in(broken, edition=edition) if problem.rule == "editions-sound"]
        assert [problem.path for problem in found] == [EXAMPLE]
        assert message in found[0].message
        assert tip in found[0].tip
        wanted = "accessibility:" if "mailbox" in message else "  complies:" if "accessible" in message else new.partition(":")[0] + ":"
        assert found[0].line == line_in(broken, EXAMPLE, f"\n{wanted}") + 1


def test_the_contrast_is_that_of_the_guidelines() -> None:
    """The definition's ends, and the pair of greys that stand on either side of the limit (WebAIM's example)."""
    assert (contrast("#000000"), contrast("#ffffff")) == (21, 1)
    assert contrast("#767676") >= 4.5 > contrast("#777777")
    for colour in ("#ffcc00", "#ffffff", "#00ff00", "#1f4e79"):
        assert contrast(readable(colour)) >= 4.5
    assert readable("#1f4e79") == "#1f4e79"


PROSE = (
    ("a fact that no edition has", "[[with:owner]] By [[edition:owners]].", "an edition has no “owners” to speak of", "did you mean owner?", 19),
    ("a condition that is none", "[[with:drafts]] It is one.", "an edition has no “drafts” to speak of", "did you mean draft?", 1),
    ("a condition inside a line", "It is [[with:owner]] theirs.", "[[with:owner]] stands inside a line", "at the beginning", 7),
    ("a fact that not every edition has", "By [[edition:owner]].", "not every edition has “owner”", "begin the line with [[with:owner]]", 4),
    ("a fact where there is none", "[[without:owner]] By [[edition:owner]].", "not every edition has “owner”", "begin the line with", 22),
)


@pytest.mark.parametrize(("line", "message", "tip", "column"), [row[1:] for row in PROSE], ids=[row[0] for row in PROSE])
def test_prose_asks_only_for_what_an_edition_can_have(real: Checked, line: str, message: str, tip: str, column: int) -> None:
    case = Case(real.k, TODAY, (Text("docs/x.md", f"# X\n\n{line}\n"),))
    found: list[Problem] = list(editions_sound(case))
    assert [(problem.path, problem.line, problem.column) for problem in found] == [("docs/x.md", 3, column)]
    assert message in found[0].message
    assert tip in found[0].tip


# --- the colour in a browser -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The invented edition's site, with the pages of one area, on loopback. A strict policy lets every page of it through."""
    site = small_site(tmp_path_factory.mktemp("branded"), checked(ROOT, TODAY, "example"))
    assert read_inline(site, ROOT / "theme").styles
    with serving(site) as address:
        yield address


def shades(page: Page) -> dict[str, str]:
    """The header's ground and letters as the browser has them."""
    found: dict[str, str] = page.evaluate("""() => {
        const style = (name) => getComputedStyle(document.querySelector(name));
        return { ground: style(".pp-header rect").fill, shown: style(".pp-header__ground").display, header: style(".pp-header").display,
                 letters: [...new Set([".pp-logo", ".pp-menu a", ".pp-search__open"].map((name) => style(name).color))].join(" ") };
    }""")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=str)
def test_white_letters_stand_on_the_owners_colour(branded: str, browser: Browser, device: Device, scheme: str) -> None:
    with visit(browser, branded, device, color_scheme=scheme) as page:
        for path in ("/", "/barnet/school/", "/about/"):
            page.goto(path)
            found = shades(page)
            assert (found["ground"], found["letters"]) == ("rgb(91, 42, 134)", "rgb(255, 255, 255)")
            assert page.locator(".pp-footer").get_by_text("Published by Invented Academies Trust.").is_visible()


def test_the_colour_makes_way_for_the_readers_own_and_for_paper(branded: str, browser: Browser) -> None:
    with visit(browser, branded, DESKTOP, forced_colors="active") as page:
        page.goto("/barnet/")
        assert shades(page)["shown"] == "none"
        assert "rgb(255, 255, 255)" not in shades(page)["letters"].split(" r")[0]
        page.emulate_media(media="print", forced_colors="none")
        assert shades(page)["header"] == "none"


def test_an_edition_without_a_colour_has_no_ground(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto("/")
        assert page.locator(".pp-header__ground").count() == 0
        assert page.locator(".pp-header--coloured").count() == 0
        assert "Not an official site" in page.locator(".pp-footer").inner_text()


def test_the_model_takes_a_colour_in_one_form_only() -> None:
    base = {"name": "x", "exit_page": "https://example.org/"}
    assert Edition.model_validate({**base, "colour": "#1f4e79"}).colour == "#1f4e79"
    for wrong in ("#1F4E79", "1f4e79", "#fff", "red", "#1f4e79;x", '#1f4e79"/><script>'):
        with pytest.raises(ValueError, match="six small digits"):
            Edition.model_validate({**base, "colour": wrong})
