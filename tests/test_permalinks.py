"""Every address and anchor of a release answers for ever, and a build in which one does not is refused with the line that promised it."""

from __future__ import annotations

import argparse
import dataclasses
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scripts import files as whole
from scripts import permalinks
from scripts.build import ROOT, Checked, prose_of, render_files
from scripts.load import assemble
from scripts.pages.addresses import Style, source_file
from scripts.pages.site import site_paths
from scripts.permalinks import FILE, MOVED, anchors, answering, broken, compose, joined, promised
from scripts.problem import Problem
from scripts.prose import Text
from scripts.rules.case import Case
from scripts.upkeep import permalinks as command
from tests.conftest import TODAY, Files
from tests.editing import edit
from tests.some_pages import some_pages

Anchors = dict[str, frozenset[str]]

FEW: Anchors = {
    "/": frozenset(),
    "/barnet/": frozenset({"child", "adult"}),
    "/barnet/school/": frozenset({"child", "adult", "step-one"}),
    "/brent/school/": frozenset({"child", "adult", "step-one"}),
    "/data/due.json": frozenset(),
}


@pytest.fixture(scope="module")
def kept() -> str:
    """The real file."""
    return whole.text(ROOT / permalinks.FILE)


@pytest.fixture(scope="module")
def made(real: Checked) -> dict[str, bytes]:
    """Every rendered file of the real site."""
    return render_files(real)


def line_of(text: str, line: str) -> int:
    return text.splitlines().index(line) + 1


# --- the real promises -------------------------------------------------------------------------------------------------


def unanswered(site: Path, text: str) -> list[str]:
    """The addresses and anchors that a built site does not have, read from its HTML."""
    found = []
    for address, names in promised(text).items():
        path = site / address.strip("/") / "index.html" if address.endswith("/") else site / address.strip("/")
        if not path.is_file():
            found.append(address)
        elif lost := names - set(re.findall(r'\sid="([^"]*)"', path.read_text(encoding="utf-8"))):
            found += [f"{address}#{name}" for name in sorted(lost)]
    return found


def test_every_address_and_anchor_of_every_release_answers_in_the_built_site(site: Path, kept: str) -> None:
    assert unanswered(site, kept) == []
    assert len(promised(kept)) > 1000


def test_one_that_does_not_answer_would_be_seen(site: Path, kept: str) -> None:
    gone = {"/nowhere/": frozenset({"part"}), "/glossary/": frozenset({"nothing"}), "/data/nothing.json": frozenset[str]()}
    text = compose(joined(promised(kept), gone), "x")
    assert sorted(unanswered(site, text)) == ["/data/nothing.json", "/glossary/#nothing", "/nowhere/"]


def test_the_file_is_as_the_command_writes_it_and_small(kept: str) -> None:
    match = permalinks.COUNTED.search(kept)
    assert match
    assert compose(promised(kept), match["release"]) == kept
    assert len(kept.encode()) < 200_000


def test_the_rendered_files_break_no_promise(real: Checked, made: dict[str, bytes], kept: str) -> None:
    assert permalinks.check(real.k, made, kept) == ()
    without = {name: content for name, content in made.items() if name != "myths/spying/index.md"}
    (problem,) = permalinks.check(real.k, without, kept)
    assert (problem.path, problem.line, problem.column, problem.rule) == (FILE, line_of(kept, "/myths/spying/"), 1, "permalinks-kept")
    assert problem.message == "/myths/spying/ no longer answers"
    assert "python -m scripts rename OLD NEW" in problem.tip


def test_another_edition_promises_nothing(real: Checked, kept: str) -> None:
    assert permalinks.check(dataclasses.replace(real.k, edition_id="example"), {}, kept) == ()
    assert permalinks.check(real.k, {}, kept) != ()


# --- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_says_what_it_was_made_from() -> None:
    assert promised(compose(FEW, "one")) == FEW
    assert broken(compose(FEW, "one"), FEW) == ()


def test_addresses_with_the_same_anchors_stand_together_and_everything_is_sorted() -> None:
    backwards = {address: frozenset(sorted(names, reverse=True)) for address, names in reversed(FEW.items())}
    text = compose(backwards, "one")
    assert text == compose(FEW, "one")
    body = text.partition("release: one\n")[2]
    assert body == "\n/\n/data/due.json\n\n/barnet/\n  adult\n  child\n\n/barnet/school/\n/brent/school/\n  adult\n  child\n  step-one\n"


def test_it_only_grows() -> None:
    later: Anchors = {"/barnet/": frozenset({"child", "lado"}), "/new/": frozenset({"part"})}
    both = joined(FEW, later)
    assert both["/barnet/"] == {"child", "adult", "lado"}
    assert all(names <= both[address] for names_of in (FEW, later) for address, names in names_of.items())


def test_what_no_longer_answers_is_named_with_its_line() -> None:
    text = compose(FEW, "one")
    left: Anchors = {address: names - {"step-one"} for address, names in FEW.items() if address != "/barnet/"}
    assert [(problem.line, problem.column, problem.message) for problem in broken(text, left)] == [
        (line_of(text, "/barnet/"), 1, "/barnet/ no longer answers"),
        (line_of(text, "  step-one"), 3, "/barnet/school/#step-one no longer answers (and 1 more page like it)"),
    ]
    assert {(problem.path, problem.rule) for problem in broken(text, left)} == {(FILE, "permalinks-kept")}


def cut_short(text: str) -> str:
    return text[: len(text) // 2].rpartition("\n")[0] + "\n"


DAMAGE: Mapping[str, Callable[[str], str]] = {
    "missing": lambda text: "",
    "cut short": cut_short,
    "without its heading": lambda text: text.partition("release: one\n")[2],
    "with a line taken out": lambda text: text.replace("/brent/school/\n", ""),
    "with an anchor taken out": lambda text: text.replace("  child\n", "", 1),
    "with an anchor below no address": lambda text: text.replace("\n/\n", "\n  anchor\n/\n"),
    "with the marks of a merge": lambda text: text.replace("/barnet/\n", "<<<<<<< HEAD\n/barnet/\n=======\n"),
    "with an address off this site": lambda text: text.replace("/barnet/\n", "barnet\n"),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_refused(how: str) -> None:
    problems = broken(DAMAGE[how](compose(FEW, "one")), FEW)
    assert problems
    assert {problem.path for problem in problems} == {FILE}
    assert all("restore pathways/permalinks.txt from git" in problem.tip for problem in problems)


# --- anchors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<div class="pp">\n<section id="child"><h2>x</h2></section>\n</div>\n', {"child"}),
        ('<div class="pp">\n<p class="a" id="a-1" title="id=no">## no {#no}</p>\n</div>\n', {"a-1"}),
        ('<div class="pp">\n<svg><title id="t">x</title><desc id="d">x</desc></svg><figure id="chart"></figure>\n</div>\n', {"chart"}),
        ("# Title\n\n## What it is {#what}\n\nText {#no}.\n\n### More {#more}\n", {"what", "more"}),
        ('# Title\n\n## <span id="was"></span>What it is {#what}\n', {"what", "was"}),
        ("", set()),
    ],
)
def test_anchors_are_the_ids_that_a_page_declares(text: str, found: set[str]) -> None:
    assert anchors(text) == found
    assert anchors(text.encode()) == found


def test_the_anchors_of_a_page_are_the_ids_of_its_content_in_the_built_site(made: dict[str, bytes], site: Path) -> None:
    names = ("/barnet/", "/barnet/school/", "/glossary/", "/sources/", "/about/", "/myths/only-muslims/", "/after/", "/m07/", "/check/")
    declared = answering(made)
    for address in names:
        page = BeautifulSoup((site / address.strip("/") / "index.html").read_text(encoding="utf-8"), "html.parser")
        content = page.select_one("#main")
        assert content is not None
        ids = {str(tag["id"]) for tag in content.select("[id]") if tag.name not in ("title", "desc")}
        assert declared[address] == ids - {"about-this-site"}, address


def test_a_file_that_is_no_page_and_no_asset_is_an_address_too() -> None:
    made = {"index.md": b"", "barnet/index.md": b"", "data/due.json": b"", "feed.xml": b"", "assets/search.js": b""}
    assert set(answering(made)) == {"/", "/barnet/", "/data/due.json", "/feed.xml"}


# --- what moved --------------------------------------------------------------------------------------------------------

LINES = {
    "/glossary/#was-dsl": "/glossary/#dsl",
    "/sources/#was-a-source": "/sources/",
    "/after/#was-here": "/share/#police",
    "/about/#was-numbers": "/about/#numbers",
    "/about/#was-somewhere": "/now/#emergency",
    "/gone/": "/myths/spying/",
    "/gone/#was-evidence": "/myths/spying/#evidence",
    "/part/": "/share/#police",
}


def moved(files: Files, texts: tuple[Text, ...], lines: Mapping[str, str], promise: str | None) -> Checked:
    """The real data with other lines in moved.yml."""
    changed = edit(files, MOVED, r"^moved:(.|\n)*", "moved:\n" + "".join(f"  {old}: {new}\n" for old, new in lines.items()))
    k = assemble(changed)
    return Checked(Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY)), promise)


OLD = compose({"/gone/": frozenset({"was-evidence", "say-it"}), "/part/": frozenset({"police", "x"})}, "old")


@pytest.fixture(scope="module")
def after_moves(files: Files, texts: tuple[Text, ...]) -> tuple[Checked, dict[str, bytes]]:
    case = moved(files, texts, LINES, OLD)
    wanted = {address.partition("#")[0] for line in LINES.items() for address in line}
    return case, some_pages(case, wanted)


def page_of(made: Mapping[str, bytes], address: str) -> BeautifulSoup:
    return BeautifulSoup(made[source_file(address)].decode().partition("\n---\n")[2], "html.parser")


def test_an_old_anchor_stands_inside_the_element_that_has_its_place(after_moves: tuple[Checked, dict[str, bytes]]) -> None:
    _, made = after_moves
    (mark,) = page_of(made, "/glossary/").select('[id="was-dsl"]')
    assert (mark.name, mark.text) == ("span", "")
    assert mark.parent is not None
    assert mark.parent.name == "dt", "a description list may hold nothing between its groups"
    assert mark.find_parent(id="dsl")
    (mark,) = page_of(made, "/sources/").select('[id="was-a-source"]')
    assert mark.find_parent("h1")
    assert b'## <span id="was-numbers"></span>Can you trust the numbers? {#numbers}\n' in made["about/index.md"]


def test_an_old_anchor_whose_part_is_on_another_page_leads_there(after_moves: tuple[Checked, dict[str, bytes]]) -> None:
    _, made = after_moves
    for page, id, way in (("/after/", "was-here", "../share/#police"), ("/about/", "was-somewhere", "../now/#emergency")):
        (mark,) = page_of(made, page).select(f'[id="{id}"]')
        assert mark.a is not None
        assert mark.a["href"] == way
        assert mark.text.startswith("This part has moved: ")
    assert made["about/index.md"].decode().partition('<p id="was-somewhere"')[0].endswith("\n\n"), "after a blank line, or Markdown runs it in"


def test_a_page_that_moved_carries_its_old_anchors_and_each_leads_to_its_part(after_moves: tuple[Checked, dict[str, bytes]]) -> None:
    _, made = after_moves
    ways = {str(tag["id"]): str(tag.a["href"]) for tag in page_of(made, "/gone/").select(".pp-moved [id]") if tag.a}
    assert ways == {"was-evidence": "../myths/spying/#evidence", "say-it": "../myths/spying/#say-it"}
    ways = {str(tag["id"]): str(tag.a["href"]) for tag in page_of(made, "/part/").select(".pp-moved [id]") if tag.a}
    assert ways == {"police": "../share/#police", "x": "../share/#police"}, "a page that became a part of another one"
    scripts = {re.findall("<script>.*?</script>", made[name].decode(), re.DOTALL)[0] for name in ("gone/index.md", "part/index.md")}
    assert len(scripts) == 1


def test_what_moved_answers_and_breaks_no_promise(after_moves: tuple[Checked, dict[str, bytes]]) -> None:
    case, made = after_moves
    pages = answering(made)
    assert all(anchor in pages[page] if anchor else page in pages for page, _, anchor in (old.partition("#") for old in LINES))
    assert list(permalinks.unled(case.k, made, pages, promised(OLD))) == []
    assert broken(OLD, pages) == ()


NOWHERE = {
    "/glossary/#was": ("/glossary/#nothing-here", "/glossary/#was would lead to /glossary/#nothing-here, and there is no such part"),
    "/glossary/#lado": ("/glossary/#dsl", "/glossary/#lado is said to have moved, and is still there"),
    "/gone/": ("/myths/spying/", "/gone/#was-evidence would lead to /myths/spying/#was-evidence, and there is no such part"),
}


def test_a_move_that_leads_nowhere_is_refused_at_its_line(files: Files, texts: tuple[Text, ...]) -> None:
    case = moved(files, texts, {old: new for old, (new, _) in NOWHERE.items()}, OLD)
    made = some_pages(case, {"/glossary/", "/myths/spying/", "/gone/"})
    problems = list(permalinks.unled(case.k, made, answering(made), promised(OLD)))
    assert [problem.message for problem in problems] == [says for _, says in NOWHERE.values()]
    places = [case.k.documents[MOVED].place(("moved", old)) for old in NOWHERE]
    assert [(problem.line, problem.column) for problem in problems] == places
    assert {(problem.path, problem.rule) for problem in problems} == {(MOVED, "moved-anchors")}
    assert all(problem.tip for problem in problems)


def test_a_title_cannot_break_out_of_the_line_that_leads_on(real: Checked) -> None:
    k = dataclasses.replace(real.k, moved={"/after/#was": "/share/#police"})
    made = permalinks.with_old_anchors(k, {"after/index.md": b"\n</div>\n"}, Style.DIRECTORY, {"/share/": "<script>&"})
    assert b"&lt;script&gt;&amp;</a></p>\n</div>\n" in made["after/index.md"]


# --- the command -------------------------------------------------------------------------------------------------------


def run(root: Path, release: str) -> list[str]:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    said: list[str] = []
    assert command.run(root, parser.parse_args(["--release", release]), said.append) == 0
    return said


def test_the_command_adds_what_is_new_and_takes_nothing_out(kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pathways", "docs", "theme"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795348800")
    before = {address: names - {"dsl"} for address, names in promised(kept).items() if address != "/myths/spying/"}
    (tmp_path / FILE).write_text(compose(before, "old"), encoding="utf-8")
    (told,) = run(tmp_path, "2026.12")
    added = 1 + len(promised(kept)["/myths/spying/"])
    after = promised((tmp_path / FILE).read_text(encoding="utf-8"))
    assert all(names <= after[address] for address, names in promised(kept).items())
    assert int(re.findall(r"(\d+) new address", told)[0]) >= 1
    assert int(re.findall(r"(\d+) new anchor", told)[0]) >= added
    assert "last release: 2026.12\n" in (tmp_path / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", "x\ny"])
def test_a_release_has_a_name_that_can_be_a_tag(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args([f"--release={name}"])
    assert "cannot be a release's name" in capsys.readouterr().err


def test_problems_come_as_the_others_do() -> None:
    (problem,) = broken(compose({"/x/": frozenset()}, "one"), {})
    assert isinstance(problem, Problem)
    assert f"{problem.path}:{problem.line}:{problem.column}: {problem.rule}" == "pathways/permalinks.txt:5:1: permalinks-kept"
