"""A page or an anchor gets another address: everything that names it follows, and the old address leads on, with script and without."""

from __future__ import annotations

import argparse
import dataclasses
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts import agreed, build
from scripts import files as writing
from scripts.build import ROOT, Checked
from scripts.files import text
from scripts.load import assemble, load
from scripts.model import Area
from scripts.pages.addresses import Style
from scripts.pages.subjects import code_path
from scripts.pages.write import write_files
from scripts.permalinks import FILE, MOVED
from scripts.permalinks import FILE as PROMISES
from scripts.problem import Refused
from scripts.prose import Text
from scripts.rules import routing
from scripts.rules.routing import TOP_WORDS
from scripts.upkeep import rename
from scripts.upkeep.rename import Move, planned, prose_renamed, renamed
from tests.browsing import DESKTOP, visit
from tests.conftest import TODAY, Files, problems_in, serving
from tests.editing import edit, line_in
from tests.some_pages import some_pages

OLD, NEW, CODE = "/myths/spying/", "/myths/watching/", "/m01/"
OLD_TERM, NEW_TERM = "/glossary/#dsl", "/glossary/#lead-for-safeguarding"
PART = "say-it"
"""An anchor of every myth's page."""


def copy(folder: Path) -> Path:
    """The project as somebody would change it."""
    for name in ("pathways", "docs", "theme", "scripts"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "README.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(root: Path, old: str, new: str) -> list[str]:
    """The command, and what it said."""
    parser = argparse.ArgumentParser()
    rename.arguments(parser)
    said: list[str] = []
    assert rename.run(root, parser.parse_args([old, new]), said.append) == 0
    return said


# --- end to end --------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Renamed:
    """A copy of the project after two renames, what was said, and a few of its pages built in both address styles."""

    root: Path
    said: tuple[list[str], list[str]]
    case: Checked

    def site(self, style: Style) -> Path:
        return self.root / f"site-{style}"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renamed]:
    root = copy(tmp_path_factory.mktemp("renamed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795348800")
        said = (run(root, OLD, NEW), run(root, OLD_TERM, NEW_TERM))
        case = build.checked(root, TODAY)
        for style in Style:
            folder = build.rendered_in(root)
            shutil.rmtree(folder, ignore_errors=True)
            write_files(folder, some_pages(case, {OLD, NEW, CODE}, style, root))
            build.build_site(root, root / f"site-{style}", lambda message: None, case.k)
        yield Renamed(root, said, case)


def test_the_file_moves_and_everything_that_named_it_follows(done: Renamed, real: Checked) -> None:
    assert not (done.root / "pathways/myths/spying.yml").exists()
    assert (done.root / "pathways/myths/watching.yml").read_bytes() == (ROOT / "pathways/myths/spying.yml").read_bytes()
    named = {slug for slug, myth in real.k.myths.items() if OLD in myth.see}
    assert named
    assert {slug for slug, myth in done.case.k.myths.items() if NEW in myth.see} == named
    for path in sorted((done.root / "pathways").rglob("*.yml")):
        if path.name != "moved.yml":
            assert not re.search(rf"{OLD}|{OLD_TERM}(?![\w-])", path.read_text(encoding="utf-8")), path.name


def test_nothing_else_in_the_files_changes(done: Renamed) -> None:
    changed = set()
    for path in sorted((ROOT / "pathways").rglob("*.*")):
        now = done.root / path.relative_to(ROOT)
        if now.exists() and now.read_bytes() != path.read_bytes() and path.suffix == ".yml" and path.name != "moved.yml":
            old, new = path.read_text(encoding="utf-8"), now.read_text(encoding="utf-8")
            assert new.replace(NEW, OLD).replace("  lead-for-safeguarding:\n", "  dsl:\n").replace(NEW_TERM, OLD_TERM) == old, path.name
            changed.add(path.name)
    assert "glossary.yml" in changed


def test_the_old_addresses_are_noted_and_the_values_stay_agreed(done: Renamed) -> None:
    assert {old: new for old, new in done.case.k.moved.items() if old in (OLD, OLD_TERM)} == {OLD: NEW, OLD_TERM: NEW_TERM}
    lines = (done.root / MOVED).read_text(encoding="utf-8").splitlines()
    assert lines[:2] == (ROOT / MOVED).read_text(encoding="utf-8").splitlines()[:2], "its comments stay"
    if (ROOT / agreed.FILE).exists():
        assert (done.root / agreed.FILE).read_text(encoding="utf-8") == agreed.text(done.case.k)


def test_what_was_done_is_said_in_plain_words(done: Renamed) -> None:
    first, second = done.said
    assert first[:2] == ["renamed the myth spying to watching", "moved pathways/myths/spying.yml to pathways/myths/watching.yml"]
    assert any(line.startswith("changed its name in pathways/myths/") for line in first)
    assert f"{OLD} leads on to {NEW}; the lines are in {MOVED}" in first
    assert "the short code M01 stays, and leads to the new address" in first
    assert any(line.startswith("still named by hand in ") and "tests/" not in line.partition(":")[0] for line in first)
    assert second[:2] == ["renamed the term dsl to lead-for-safeguarding", "changed its name in pathways/glossary.yml"]


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("style", list(Style))
def test_the_old_address_leads_on_over_the_web_and_from_a_file_share_with_and_without_script(
    done: Renamed, browser: Browser, style: Style, script: bool
) -> None:
    end = "index.html" if style is Style.FILE else ""
    with serving(done.site(style)) as address:
        base = address if style is Style.DIRECTORY else done.site(style).as_uri()
        with visit(browser, base, DESKTOP, java_script_enabled=script) as page:
            for old, anchor in ((OLD, ""), (CODE, ""), (OLD, f"#{PART}"), (OLD, "#search-me")):
                page.goto(f"{base}{old}{end}{anchor}")
                carried = anchor if script else ""
                page.wait_for_url(f"{base}{NEW}{end}{carried}", timeout=5000)
                assert page.locator("h1").inner_text() == f"“{done.case.k.myths['watching'].claim}”"


def test_the_page_that_leads_on_has_every_old_anchor_and_is_valid_on_its_own(done: Renamed, browser: Browser) -> None:
    """Where a browser is told not to follow a refresh, the page stands still: the anchors are there, and each is a link."""
    text = (done.site(Style.DIRECTORY) / "myths/spying/index.html").read_text(encoding="utf-8")
    still = re.sub(r'<meta http-equiv="refresh"[^>]*>', "", text)
    assert still != text
    promised = set(re.findall(r'<li id="([^"]*)"><a href="../../myths/watching/#\1">', still))
    assert PART in promised
    assert {"true-in-it", "evidence", "criticism"} <= promised
    page = browser.new_page(java_script_enabled=False)
    page.set_content(still)
    assert page.locator("h1").inner_text() == "This page has moved"
    assert page.locator(".pp-lede a").get_attribute("href") == "../../myths/watching/"
    page.close()


RECTANGLES = "() => [...document.querySelectorAll('#main *:not([id=dsl])')].map(tag => JSON.stringify(tag.getBoundingClientRect())).join()"


def test_an_old_anchor_of_a_page_that_stays_is_found_and_takes_no_room(done: Renamed, browser: Browser) -> None:
    with serving(done.site(Style.DIRECTORY)) as address, visit(browser, address, DESKTOP) as page:
        page.goto(f"{address}{OLD_TERM}")
        tops = [page.locator(f"[id={id}]").evaluate("tag => tag.getBoundingClientRect().top") for id in ("dsl", "lead-for-safeguarding")]
        assert abs(tops[0] - tops[1]) < 30, "it stands at the term"
        assert 0 <= tops[0] < 300, "and the browser went there"
        page.goto(f"{address}/glossary/")
        with_it = page.evaluate(RECTANGLES)
        page.evaluate("() => document.getElementById('dsl').remove()")
        assert page.evaluate(RECTANGLES) == with_it


def test_every_promise_is_kept_and_without_its_line_the_build_is_refused(done: Renamed, tmp_path: Path) -> None:
    root = copy(tmp_path)
    shutil.rmtree(root / "pathways")
    shutil.copytree(done.root / "pathways", root / "pathways")
    path = root / MOVED
    path.write_text(path.read_text(encoding="utf-8").replace(f"  {OLD}: {NEW}\n", ""), encoding="utf-8")
    if (root / agreed.FILE).exists():
        (root / agreed.FILE).write_text(agreed.text(load(root)), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        build.render(root, TODAY)
    (problem,) = refused.value.problems
    line = text(ROOT / PROMISES).splitlines().index(OLD) + 1
    assert (problem.path, problem.line, problem.column, problem.rule) == (FILE, line, 1, "permalinks-kept")
    assert problem.message == f"{OLD} no longer answers"
    assert not (build.rendered_in(root) / "index.md").exists()


# --- each kind of record -----------------------------------------------------------------------------------------------


def after(real: Checked, files: Files, old: str, new: str) -> tuple[Move, Files]:
    """The files after a rename, in memory; every rule holds."""
    move = planned(real.k, old, new)
    changed, _ = renamed(real.k, files, move)
    return move, changed


KINDS = {
    ("/situations/online/", "/situations/on-the-internet/"): 1,
    ("/myths/spying/", "/myths/watching/"): 1,
    ("/scenarios/school-attacks/", "/scenarios/attacks/"): 1,
    ("/publish/policy/", "/publish/text-for-your-policy/"): 1,
    ("/settings/prison/", "/settings/prisons/"): 1,
    ("/settings/school/", "/settings/schools/"): 34,
    ("/sources/#prevent-duty-guidance-2023", "/sources/#duty-guidance"): 1,
    ("/glossary/#lado", "/glossary/#designated-officer"): 1,
    ("/after/#{section}", "/after/#another-part"): 1,
    ("/procedures/#{procedure}", "/procedures/#another-procedure"): 1,
    ("/training/#{course}", "/training/#another-course"): 1,
    ("/changes/#{change}", "/changes/#another-change"): 1,
}


def test_every_kind_of_record_can_be_renamed_and_every_rule_still_holds(real: Checked, files: Files, texts: tuple[Text, ...]) -> None:
    """One after the other; then every rule is asked."""
    first = {"section": real.k.guides["after"].sections[0].id, "procedure": next(iter(real.k.procedures))}
    first |= {"course": next(iter(real.k.training.courses)), "change": next(iter(real.k.changes))}
    k, changed, prose = real.k, files, texts
    for (old, new), addresses in KINDS.items():
        move = planned(k, old.format(**first), new)
        assert len(move.addresses) == addresses, old
        used = [reference for reference in k.references if (reference.kind, reference.id) == (move.kind, move.id)]
        changed, _ = renamed(k, changed, move)
        prose = tuple(dataclasses.replace(text, text=prose_renamed(text.text, move)) for text in prose)
        k = assemble(changed)
        assert [reference for reference in k.references if (reference.kind, reference.id) == (move.kind, move.id)] == [], old
        assert len([reference for reference in k.references if (reference.kind, reference.id) == (move.kind, move.new_id)]) == len(used), old
        assert move.addresses.items() <= k.moved.items(), old
    assert [problem for problem in problems_in(changed, prose) if problem.rule != "values-agreed"] == []


def test_names_in_prose_follow() -> None:
    page = Move("myth", "spying", "watching", {OLD: NEW})
    term = Move("term", "dsl", "lead", {"/glossary/#dsl": "/glossary/#lead"})
    text = "See [a]([[page:/myths/spying/]]), [b]([[page:/myths/spying/#say-it]]), [[term:dsl]], [[term:dsl-2]], [c]([[page:/glossary/#dsl]])."
    assert prose_renamed(text, page) == text.replace(OLD, NEW)
    assert prose_renamed(text, term) == text.replace("[[term:dsl]]", "[[term:lead]]").replace("#dsl", "#lead")


def test_an_exception_follows_the_record_it_is_about(real: Checked, files: Files) -> None:
    listed = "exceptions:\n" + "".join(
        f'  - {{rule: {rule}, at: "{at}", reason: Invented., since: 2026-11-21}}\n'
        for rule, at in (("one", "pathways/myths/spying.yml#claim"), ("two", "pathways/glossary.yml#terms.dsl.means"))
    )
    changed = edit(files, "pathways/exceptions.yml", r"^exceptions: \[\]\n", listed)
    for old, new, now in (
        (OLD, NEW, "pathways/myths/watching.yml#claim"),
        ("/glossary/#dsl", "/glossary/#lead", "pathways/glossary.yml#terms.lead.means"),
    ):
        k = assemble(changed)
        moved, _ = renamed(k, changed, planned(k, old, new))
        assert now in [exception.at for exception in assemble(moved).exceptions]


def test_earlier_moves_lead_to_the_new_address_at_once_and_a_page_may_come_back(real: Checked, files: Files) -> None:
    _, once = after(real, files, OLD, NEW)
    k = assemble(once)
    twice, _ = renamed(k, once, planned(k, NEW, "/myths/third/"))
    assert dict(assemble(twice).moved) == {**real.k.moved, OLD: "/myths/third/", NEW: "/myths/third/"}
    back, _ = renamed(k, once, planned(k, NEW, OLD))
    assert dict(assemble(back).moved) == {**real.k.moved, NEW: OLD}


def test_an_anchor_that_moved_leads_on_after_its_page_moved_too(real: Checked, files: Files) -> None:
    first = real.k.guides["policy"].sections[0].id
    _, once = after(real, files, f"/publish/policy/#{first}", "/publish/policy/#another-part")
    k = assemble(once)
    twice, _ = renamed(k, once, planned(k, "/publish/policy/", "/publish/words/"))
    wanted = {f"/publish/policy/#{first}": "/publish/words/#another-part", "/publish/policy/": "/publish/words/"}
    assert wanted.items() <= assemble(twice).moved.items()


# --- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("/barnet/", "/barnett/", "is an area, and an area's address is its name"),
        ("/barnet/school/", "/barnet/schools/", "is made from a setting, for every area"),
        ("/m01/", "/m02/", "/m01/ is a short code"),
        ("/a03/", "/barnet-code/", "/a03/ is a short code"),
        ("/channel/", "/m99/", "/m99/ is a short code"),
        ("/glossary/", "/words/", "is not made from a file of its own"),
        ("/about/", "/who/", "there is no page /about/ that can be renamed"),
        ("/myths/spyng/", "/myths/watching/", "there is no page /myths/spyng/"),
        (OLD, OLD, "is its name already"),
        (OLD, "/myths/only-muslims/", "is taken by another page"),
        (OLD, "/situations/watching/", "can only become another page right under /myths/"),
        (OLD, "/myths/Watching/", "is not an address of this site"),
        (OLD, "/myths/-/", "can only become another page right under /myths/"),
        (OLD, "myths/watching", "is not an address of this site"),
        (OLD, "/myths/watching/#say-it", "are not of one kind"),
        ("/channel/", "/panel/", "“panel” is a new first word of an address"),
        ("/glossary/#dsl", "/glossary/#lado", "/glossary/#lado is taken"),
        ("/glossary/#dsl", "/sources/#dsl", "stand on two pages"),
        ("/glossary/#dls", "/glossary/#lead", "is not the id of a term"),
        ("/barnet/#child", "/barnet/#children", "is not the id of a term"),
    ],
)
def test_what_cannot_be_renamed_is_refused_in_a_sentence_with_a_cure(real: Checked, old: str, new: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(real.k, old, new)
    (problem,) = refused.value.problems
    assert says in problem.message
    assert problem.tip


def test_a_rename_that_would_lose_a_part_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code adds what is known borough by borough to the guide with this very name."""
    root = copy(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795348800")
    monkeypatch.setattr(writing, "write_all", lambda *_: pytest.fail("it wrote"))
    for module in (rename, routing):
        monkeypatch.setattr(module, "TOP_WORDS", TOP_WORDS | {"other-help"})
    with pytest.raises(Refused) as refused:
        run(root, "/not-prevent/", "/other-help/")
    (problem,) = refused.value.problems
    assert (problem.path, problem.rule) == (MOVED, "moved-anchors")
    assert "/not-prevent/#by-borough would lead to /other-help/#by-borough, and there is no such part" in problem.message


# --- short codes of areas ----------------------------------------------------------------------------------------------


def test_an_area_has_a_short_code_from_its_ons_code_for_ever(real: Checked, site: Path) -> None:
    barnet: Area = real.k.areas["barnet"]
    assert code_path(barnet) == "/a03/"
    assert len({code_path(area) for area in real.k.areas.values()}) == len(real.k.areas) == 33
    for slug, area in real.k.areas.items():
        text = (site / code_path(area).strip("/") / "index.html").read_text(encoding="utf-8")
        assert f'<meta http-equiv="refresh" content="0; url=../{slug}/">' in text
        page = (site / slug / "index.html").read_text(encoding="utf-8")
        assert f'<p>Short address: <a href="..{code_path(area)}">{code_path(area)}</a></p>' in page


def test_a_line_of_moved_addresses_stands_where_the_editor_finds_it(real: Checked, files: Files) -> None:
    _, changed = after(real, files, OLD, NEW)
    assert line_in(changed, MOVED, f"  {OLD}: {NEW}") == len(files[MOVED].decode().rstrip().splitlines()) + (not real.k.moved)
