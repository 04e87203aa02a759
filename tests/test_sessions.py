"""A session can be run from its page alone, in the time it says; the quiz has one right answer to each question; neither leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import join, normpath

import pypdfium2
import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser

from scripts.build import ROOT, Checked, checked, pages_of, prose_of
from scripts.model import Record
from scripts.pages.addresses import Style
from scripts.pages.edition import view
from scripts.pages.render import Renderer
from scripts.pages.site import tally
from scripts.pages.trainers import by_length, question_path, session_path
from scripts.prose import Text
from tests.conftest import TODAY, Files, problems_in, serving, small_site
from tests.editing import edit
from tests.test_pages import case_of

EDITIONS = tuple(sorted(path.stem for path in (ROOT / "pathways" / "editions").glob("*.yml")))
SESSIONS = tuple(sorted(path.stem for path in (ROOT / "pathways" / "sessions").glob("*.yml")))
TOOLBOX = "pathways/sessions/toolbox-talk.yml"
ADDRESS = "pathways/sessions/change-the-address.yml"
THREE = "pathways/sessions/three-questions.yml"
QUIZ = "pathways/quiz.yml"

Soup = Mapping[str, Tag]


def trainer_pages(edition: str) -> dict[str, str]:
    """Every page below /trainers/ of an edition, and the pages they name a part of, by path."""
    case = checked(ROOT, TODAY, edition)
    k = view(case.k, prose_of(case.texts))
    pages = {page.path: page for page in pages_of(case)}
    renderer = Renderer(ROOT, k, TODAY, Style.DIRECTORY, tally(k, TODAY), {path: page.title for path, page in pages.items()})
    made = {path: renderer.text(page) for path, page in pages.items() if path.startswith("/trainers/")}
    named = {leads_to(path, address).partition("#")[0] for path, text in made.items() for address in links(text) if "#" in address}
    return dict.fromkeys(pages, "") | {path: renderer.text(pages[path]) for path in named if path in pages} | made


def links(text: str) -> Iterator[str]:
    """The addresses on this site that a page links to."""
    return (address for address in re.findall(r'href="([^"]+)"(?! download)', text) if not re.match(r"[a-z]+:", address))


def leads_to(path: str, address: str) -> str:
    """The address from the root that a relative one means."""
    to, hash_, anchor = address.partition("#")
    target = normpath(join(path, to)).strip("/") if to else path.strip("/")
    return (f"/{target}/" if target not in ("", ".") else "/") + hash_ + anchor


@pytest.fixture(scope="module")
def made() -> Mapping[str, Mapping[str, str]]:
    """The pages for trainers of every edition, by edition and path."""
    return {edition: trainer_pages(edition) for edition in EDITIONS}


@pytest.fixture(scope="module")
def london(made: Mapping[str, Mapping[str, str]]) -> Soup:
    """London's, as trees."""
    return {path: BeautifulSoup(text, "html.parser") for path, text in made["london"].items() if path.startswith("/trainers/")}


def words(tag: Tag | None) -> str:
    """The text of a part of a page, on one line."""
    assert tag is not None
    return " ".join(tag.get_text(" ").split()).replace(" .", ".").replace(" ,", ",")


# --- the plans ---------------------------------------------------------------------------------------------------------


def test_the_sessions_that_were_asked_for_are_there_with_their_minutes(real: Checked) -> None:
    minutes = {slug: session.minutes for slug, session in real.k.sessions.items()}
    assert minutes["myths"] == 30
    assert minutes["three-questions"] == 10
    assert minutes["toolbox-talk"] == 15
    assert {"thresholds", "change-the-address"} <= set(minutes)
    assert all(sum(part.minutes for part in session.parts) == session.minutes for session in real.k.sessions.values())


@pytest.mark.parametrize("slug", SESSIONS)
def test_a_session_can_be_run_from_its_page_alone(slug: str, real: Checked, london: Soup) -> None:
    session, page = real.k.sessions[slug], london[session_path(slug)]
    text = words(page)
    told = (*session.can_do, *session.limits, *(item.what for item in (*session.brings, *session.leave)), *session.handout.says)
    parts = [line for part in session.parts for line in (*part.does, *part.say, *part.notes)]
    doubts = [line for doubt in session.doubts for line in (doubt.hears, doubt.say)]
    assert [line for line in (*told, *parts, *doubts, *session.handout.blanks) if " ".join(line.split()) not in text] == []
    start = 0
    for part in session.parts:
        heading = words(page.select_one(f"#part-{part.id} h3"))
        assert heading == f"{part.name} {part.minutes} minute{'s' if part.minutes > 1 else ''}: {start} to {start + part.minutes}"
        start += part.minutes
    assert start == session.minutes


@pytest.mark.parametrize("slug", SESSIONS)
def test_every_page_that_a_session_names_is_linked_with_its_address_to_be_typed(slug: str, real: Checked, london: Soup) -> None:
    path = session_path(slug)
    linked = {leads_to(path, str(link["href"])) for link in london[path].select("a[href]")}
    shown = {words(code) for code in london[path].select(".pp-code")}
    named = set(seen(real.k.sessions[slug]))
    assert named
    assert named <= linked
    assert named <= shown


def seen(record: Record) -> Iterator[str]:
    """Every address under `see` in a record and in the records in it."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Record):
                yield from seen(item)
            elif name == "see":
                yield item


@pytest.mark.parametrize("slug", SESSIONS)
def test_a_session_says_that_nobody_has_tried_it_and_has_the_handout_last(slug: str, london: Soup) -> None:
    page = london[session_path(slug)]
    assert "Nobody has tried this plan in a room yet" in words(page)
    assert [str(section["id"]) for section in page.select("section")][-1] == "handout"


def test_changing_the_home_address_changes_the_route_on_the_page(real: Checked, london: Soup) -> None:
    path = session_path("change-the-address")
    part = next(part for part in real.k.sessions["change-the-address"].parts if part.two_homes)
    examples = london[path].select("#part-two-homes .pp-example")
    assert len(examples) == len(part.cases) >= 3
    for slug, example in zip(part.cases, examples, strict=True):
        scenario = real.k.scenarios[slug]
        assert scenario.elsewhere
        assert " ".join(scenario.facts[0].split()) in words(example)
        routes = [leads_to(path, str(link["href"])) for link in example.select(".pp-homes a:not(.pp-term)")]
        assert routes == [f"/{home}/{scenario.setting}/#{scenario.branch}" for home in (scenario.home, scenario.elsewhere.home)]
        homes = [words(line) for line in example.select(".pp-homes > p")]
        for line, id in zip(homes, (scenario.first, scenario.elsewhere.first), strict=True):
            assert id
            assert real.k.contacts[id].name in line.replace("( ", "(").replace(" )", ")")
        assert homes[0] != homes[1]
        assert not example.select("a[href^=tel]"), "the table opens the page to find the number"


# --- the start page ----------------------------------------------------------------------------------------------------


def test_the_start_page_leads_to_every_session_case_myth_area_and_to_the_quiz(real: Checked, london: Soup) -> None:
    page = london["/trainers/"]
    linked = {leads_to("/trainers/", str(link["href"])) for link in page.select("a[href]")}
    k = real.k
    assert {session_path(slug) for slug in k.sessions} | {f"{session_path(slug)}#handout" for slug in k.sessions} <= linked
    assert {f"/scenarios/{slug}/" for slug in k.scenarios} | {f"/myths/{slug}/" for slug in k.myths} <= linked
    assert {"/trainers/quiz/", "/training/", "/changes/"} <= linked
    assert {f"/cards/{area}/" for area in k.areas} <= linked
    for case in k.scenarios.values():
        homes = [case.home, case.elsewhere.home if case.elsewhere else None] if k.settings[case.setting].local else []
        assert {f"/{home}/{case.setting}/#{case.branch}" for home in homes if home} <= linked
    listed = [words(title) for title in page.select("#sessions h3 a")]
    assert listed == [session.name for _, session in by_length(k)], "the shortest first"


def test_the_pages_for_trainers_stand_in_the_search_and_in_the_a_to_z(real: Checked) -> None:
    find = next(page for page in pages_of(real) if page.path == "/find/")
    listed = {entry.to for _, found in find.context["letters"] for entry in found}
    assert {"/trainers/", "/trainers/quiz/"} | {session_path(slug) for slug in real.k.sessions} <= listed


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_page_for_trainers_leads_nowhere_in_any_edition(edition: str, made: Mapping[str, Mapping[str, str]]) -> None:
    pages = made[edition]
    ids = {path: {"main", *re.findall(r' id="([^"]+)"', text)} for path, text in pages.items()}  # the frame round every page has #main
    dead, count = [], 0
    for path, text in pages.items():
        for address in links(text) if path.startswith("/trainers/") else ():
            to, _, anchor = leads_to(path, address).partition("#")
            count += 1
            if to not in pages or (anchor and anchor not in ids[to]):
                dead.append((path, address))
    assert dead == []
    assert count > 250


def test_an_edition_without_both_homes_of_any_case_has_no_exercise_with_two_and_names_it_nowhere(made: Mapping[str, Mapping[str, str]]) -> None:
    path = session_path("change-the-address")
    assert [edition for edition in EDITIONS if path in made[edition]] == ["example", "london"]
    assert not any("change-the-address" in text for text in made["barnet"].values())
    example = BeautifulSoup(made["example"][path], "html.parser")
    assert [words(code) for code in example.select(".pp-example h4 .pp-code")] == ["S01"], "Barnet and Enfield are both in it"


# --- the quiz ----------------------------------------------------------------------------------------------------------


def test_every_answer_of_the_quiz_is_a_link_to_a_page_that_says_which_one_is_right(real: Checked, london: Soup) -> None:
    quiz = london["/trainers/quiz/"]
    assert len(real.k.quiz.questions) >= 8
    for id, question in real.k.quiz.questions.items():
        path = question_path(id)
        links_out = [leads_to("/trainers/quiz/", str(link["href"])) for link in quiz.select(f"#{id} .pp-answers a")]
        assert links_out == [f"{path}#{choice.id}" for choice in question.choices]
        page = london[path]
        for choice in question.choices:
            box = words(page.select_one(f"#{choice.id}"))
            assert box.startswith(f"{'Right' if choice.right else 'Not this one'}: {choice.says}")
            assert choice.comment in box
        assert question.why.says in words(page.select_one("#why"))
        shown = {leads_to(path, str(link["href"])) for link in page.select("#shown a")}
        assert shown == set(question.see)


def test_the_quiz_leads_from_question_to_question_and_the_right_answer_has_no_fixed_place(real: Checked, london: Soup) -> None:
    ids = list(real.k.quiz.questions)
    for here, there in zip(ids, [*ids[1:], None], strict=True):
        ways = [leads_to(question_path(here), str(link["href"])) for link in london[question_path(here)].select(".pp-door a")]
        assert ways == [f"/trainers/quiz/#{there}" if there else "/trainers/", f"/trainers/quiz/#{here}"]
    right = [next(n for n, choice in enumerate(question.choices) if choice.right) for question in real.k.quiz.questions.values()]
    assert len(set(right)) > 1


def test_the_quiz_has_no_form_no_script_and_nothing_to_store(london: Soup) -> None:
    pages = [page for path, page in london.items() if path.startswith("/trainers/quiz/")]
    assert len(pages) > 8
    assert not [tag.name for page in pages for tag in page.select("form, input, button, script, textarea, select")]


# --- what is refused ---------------------------------------------------------------------------------------------------

REFUSED = (
    ("sessions-timed", TOOLBOX, r"^minutes: 15", "minutes: 16", "says 16 minutes, and its parts take 15"),
    ("sessions-timed", TOOLBOX, r"^    minutes: 4", "    minutes: 5", "says 15 minutes, and its parts take 16"),
    ("form", TOOLBOX, r"^minutes: 15", "minutes: a quarter of an hour", "must be whole minutes"),
    ("form", TOOLBOX, r"^    minutes: 4", "    minutes: 0", "must be whole minutes"),
    ("sessions-runnable", TOOLBOX, r"^  - id: notice", "  - id: why", "why stands twice"),
    ("sessions-runnable", ADDRESS, r"^    cases: .*\n", "", "names no case"),
    ("sessions-runnable", ADDRESS, r"^    cases: \[school-attacks,", "    cases: [pressed-on-the-wing,", "pressed-on-the-wing has no second home"),
    ("sessions-runnable", ADDRESS, r"^    cases: \[school-attacks,", "    cases: [overheard-on-the-ward,", "the same case twice"),
    ("reference", ADDRESS, r"^    cases: \[school-attacks,", "    cases: [school-atacks,", "there is no scenario called school-atacks"),
    ("missing-key", THREE, r"^limits:\n(  .*\n)+", "", "limits is missing"),
    ("missing-key", THREE, r"^handout:\n(  .*\n)+", "", "handout is missing"),
    ("unknown-key", THREE, r"^minutes: 10", "minutes: 10\nminute: 10", "minute is not a known key"),
    ("pages-exist", TOOLBOX, r"^    see: \[/areas/\]", "    see: [/aeras/]", "there is no page /aeras/"),
    ("pages-exist", TOOLBOX, r"^    see: \[/thresholds/#not-signs\]", "    see: [/threshold/#not-signs]", "there is no page /threshold/#not-signs"),
    ("pages-exist", TOOLBOX, r"^    see: \[/myths/named/\]", "    see: [/myths/nmaed/]", "there is no page /myths/nmaed/"),
    ("pages-exist", THREE, r"^  see: \[/areas/, /after/#when-to-chase\]", "  see: [/areas/, /aftr/]", "there is no page /aftr/"),
    ("pages-exist", QUIZ, r"^    see: \[/situations/another-area/, ", "    see: [/situations/anothr-area/, ", "no page /situations/anothr-area/"),
    ("force-backed", TOOLBOX, r"^    force: should", "    force: must", "“must” needs a source that is statute"),
    ("force-backed", QUIZ, r"^      force: could\n      sources: \[southwark", "      force: should\n      sources: [southwark", "“should” needs a source"),
    ("sentences-short", TOOLBOX, r"^      - Hand out the sheet\.", f"      - {'Hand out the sheet and ' * 6}wait.", "a sentence of 31 words"),
    ("sentences-short", QUIZ, r"comment: \"It is the number", f'comment: "{"It is and " * 9}it is the number', "a sentence of"),
    ("abbreviations-known", THREE, r"^summary: Partners", "summary: QXZ partners", "QXZ is not in the glossary"),
    ("contacts-not-typed", TOOLBOX, r"^      - Hand out the sheet\.", "      - Ring 020 7946 0999.", "a number is typed in words"),
    ("contacts-not-typed", TOOLBOX, r"^  contacts: \[emergency-999\]\n", "", "999 is typed in words"),
    ("contacts-used", TOOLBOX, r"^  contacts: \[emergency-999\]", "  contacts: [emergency-999, barnet-mash]", "barnet-mash belongs to Barnet"),
    ("no-placeholders", THREE, r"^summary: Partners", "summary: TODO. Partners", "a placeholder stands here"),
    ("no-markup", THREE, r"^summary: Partners", "summary: <b>Partners</b>", "markup stands here"),
    ("days-past", THREE, r"^reviewed: null", "tried: 2027-01-01\nreviewed: null", "2027-01-01 is in the future"),
    ("days-past", THREE, r"^reviewed: null", "reviewed: 2027-01-01", "2027-01-01 is in the future"),
    ("figures-explained", THREE, r"^summary: Partners", "summary: 87% of partners", "87% is a statistic"),
    ("quiz-answerable", QUIZ, r", right: true", "", "two-boroughs has 0 right answers"),
    ("quiz-answerable", QUIZ, r'says: "The borough of the school"', 'says: "The borough of the school", right: true', "has 2 right answers"),
    ("quiz-answerable", QUIZ, r"\{id: b, says: \"The borough where", '{id: a, says: "The borough where', "two answers to two-boroughs have one id"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "old", "new", "says"), REFUSED, ids=[f"{rule}: {says}" for rule, *_, says in REFUSED])
def test_a_slip_in_a_session_or_the_quiz_is_refused_where_it_stands(
    rule: str, path: str, old: str, new: str, says: str, files: Files, texts: tuple[Text, ...]
) -> None:
    changed = edit(files, path, old, new)
    found = [problem for problem in problems_in(changed, texts) if problem.rule == rule and says in problem.message]
    assert found, [problem for problem in problems_in(changed, texts) if problem.rule != "values-agreed"]
    assert {problem.path for problem in found} == {path}
    assert all(problem.tip for problem in found)
    if rule not in ("sessions-timed", "missing-key"):  # these stand at the total, and at the top of the record
        here = next(number for number, (one, other) in enumerate(zip(*map(lines, (files[path], changed[path])), strict=False), 1) if one != other)
        assert any(abs(problem.line - here) <= FEW for problem in found)


def lines(content: bytes) -> list[str]:
    """A file line by line."""
    return content.decode().split("\n")


FEW = 10
"""Lines between an edit and the record or list that it spoils."""


def test_no_session_takes_the_address_of_the_quiz(files: Files, texts: tuple[Text, ...]) -> None:
    found = problems_in({**files, "pathways/sessions/quiz.yml": files[THREE]}, texts)
    assert [problem.path for problem in found if problem.rule == "sessions-runnable"] == ["pathways/sessions/quiz.yml"]


def test_a_session_that_was_tried_says_when(files: Files, texts: tuple[Text, ...]) -> None:
    case = case_of(edit(files, THREE, r"^reviewed: null", "tried: 2026-11-20\nreviewed: null"), texts)
    pages = {page.path: page for page in pages_of(case)}
    renderer = Renderer(ROOT, case.k, TODAY, Style.DIRECTORY, tally(case.k, TODAY), {path: page.title for path, page in pages.items()})
    text = renderer.text(pages[session_path("three-questions")])
    assert "Last held with people in a room on 20 November 2026" in text
    assert "Nobody has tried" not in text


# --- on paper and on a phone -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(real: Checked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site with the routes of one borough, served."""
    folder = small_site(tmp_path_factory.mktemp("trainers"), real)
    with serving(folder) as address:
        yield address


@pytest.mark.parametrize("slug", SESSIONS)
def test_a_plan_prints_on_few_sheets_with_its_handout_on_the_last(slug: str, small: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(small + session_path(slug))
    printed = pypdfium2.PdfDocument(page.pdf(format="A4"))
    texts = [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in printed]
    page.close()
    assert len(texts) <= 5
    assert texts[-1].startswith("Handout: ")
    assert not any("Handout: " in text for text in texts[:-1])


@pytest.mark.parametrize("path", ["/trainers/", *map(session_path, SESSIONS), "/trainers/quiz/", "/trainers/quiz/danger/"])
def test_a_page_for_trainers_fits_a_phone_without_script(path: str, small: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(small + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("h1").is_visible()
    context.close()
