"""`python -m scripts diff`: every difference a reader would meet is told in plain words, and no revision of the past stops it."""

from __future__ import annotations

import argparse
import datetime
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scripts.build import ROOT
from scripts.load import assemble
from scripts.problem import Refused
from scripts.prose import Text
from scripts.upkeep import diff
from tests.conftest import TODAY, Files
from tests.editing import cut, edit

BARNET, NATIONAL, SOURCES = "pathways/areas/barnet.yml", "pathways/national.yml", "pathways/sources.yml"
SCHOOL, FAMILY, AFTER, SPYING = (
    "pathways/settings/school.yml",
    "pathways/settings/family.yml",
    "pathways/guides/after.yml",
    "pathways/myths/spying.yml",
)
ABOUT = "docs/about.md"
CONFIRMATION = '    confirmations: [{on: 2026-11-01, how: phone, by: duty-officer, phone: "020 8359 4066", covers: [barnet/children]}]\n    fills:'


def told(old: Files, new: Files, texts: tuple[Text, ...] = (), new_texts: tuple[Text, ...] | None = None, today: datetime.date = TODAY) -> list[str]:
    """What differs, as lines of text without their indentation."""
    before, after = diff.Side("old", assemble(old), texts), diff.Side("new", assemble(new), texts if new_texts is None else new_texts)
    text = diff.as_text(before, after, today, tuple(diff.compare(before, after, today)))
    return [line.strip() for line in text.splitlines()[1:] if line.strip()]


# --- in plain words ----------------------------------------------------------------------------------------------------


def test_between_the_same_files_nothing_differs(files: Files, texts: tuple[Text, ...]) -> None:
    assert told(files, files, texts) == ["Nothing that a reader meets differs."]


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"',
         ["Contact points: 1 changed", "~ barnet-mash (Barnet Multi-Agency Safeguarding Hub (MASH))", "number: 020 8359 4066 → 020 7946 0001"]),
        (BARNET, r"^    email: mash@.*", "    email: team@example.org", ["mailbox: mash@barnet.gov.uk → team@example.org"]),
        (BARNET, r"^    hours_text: Monday to Thursday 9am to 5.15pm, Friday 9am to 5pm", "    hours_text: Never",
         ["hours: Monday to Thursday 9am to 5.15pm, Friday 9am to 5pm → Never"]),
        (BARNET, r"^    name: Barnet Multi-Agency Safeguarding Hub \(MASH\)", "    name: Invented", [
            "name: Barnet Multi-Agency Safeguarding Hub (MASH) → Invented"]),
        (BARNET, r"^    fills:", CONFIRMATION,
         ["standing published → confirmed: children in Barnet", "checked on 1 November 2026 (phone, duty-officer)"]),
        (BARNET, r"^  barnet-mash:", "  barnet-mash:\n    withdrawn: {on: 2026-11-21, why: It rings out.}",
         ["withdrawn on 21 November 2026: It rings out.", "standing published → withdrawn: children in Barnet",
          "stands first for children: barnet-mash → police-101"]),
        (BARNET, r"^  barnet-mash:", '  barnet-mash:\n    hold: {reason: "Check.", since: 2026-11-21}', ["held since 21 November 2026"]),
        (BARNET, r"^  prevent: \{not_found", "  channel: {not_found: 2026-11-21}\n  prevent: {not_found", None),
        (BARNET, r"^website: .*", "website: https://www.example.org", ["Areas: 1 changed", "changed: the council's own site"]),
        (FAMILY, r"^    do: Take your worry seriously\.", "    do: Take your worry to heart.", ["Settings and their steps: 1 changed", "~ family (Family and friends)"]),
        (FAMILY, r"^    stage: record", "    stage: follow-up", ["stage record → follow-up"]),
        (FAMILY, r"^    stage: record", "    stage: record\n    ages: [child]", ["ages: child, adult → child"]),
        (FAMILY, r"^    stage: record", "    stage: record\n    clocks: [office-hours]", ["clocks: office-hours, out-of-hours → office-hours"]),
        (SPYING, r"^answer: .*", "answer: No.", ["Myths: 1 changed", "changed: answer"]),
        (AFTER, r"^name: .*", "name: Afterwards", ["Guides: 1 changed", "changed: name", "Pages: 1 changed", "~ /after/"]),
    ],
)  # fmt: skip
def test_an_edit_is_told(path: str, old: str, new: str, says: list[str] | None, files: Files) -> None:
    if says is None:
        files, new, says = edit(files, path, r"^  channel: \{not_found.*\n", ""), new, ["channel: now declared empty"]
    lines = told(files, edit(files, path, old, new))
    for wanted in says:
        assert any(line.removeprefix("each: ").endswith(wanted) for line in lines), (wanted, lines)


def test_only_what_was_edited_is_told(files: Files) -> None:
    lines = told(files, edit(files, BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"'))
    assert lines == [
        "Contact points: 1 changed",
        "~ barnet-mash (Barnet Multi-Agency Safeguarding Hub (MASH))",
        "number: 020 8359 4066 → 020 7946 0001",
        "standing published → weak, disputed: children in Barnet",
        "standing weak → weak, disputed: lado in Barnet",
        "Areas: 1 changed",
        "~ barnet (Barnet)",
        "stands first for children: barnet-mash → police-101",
        "stands first for lado: barnet-mash → police-101",
    ]


def test_steps_added_gone_and_moved_are_told(files: Files) -> None:
    ids = re.findall(r"^  - id: ([a-z-]+)", files[FAMILY].decode(), re.MULTILINE)
    without = {**files, FAMILY: cut(files[FAMILY], ("steps", len(ids) - 1))}
    assert f"step {ids[-1]}: gone" in told(files, without)
    assert f"step {ids[-1]}: added" in told(without, files)


def test_the_force_and_the_sources_of_a_step_are_told(files: Files) -> None:
    (force, sources) = re.findall(r"^    force: (could)\n    our_advice: true\n    sources: (\[.*\])", files[FAMILY].decode(), re.MULTILINE)[0]
    changed = edit(
        files, FAMILY, r"^    force: could\n    our_advice: true\n    sources: \[.*\]", "    force: should\n    sources: [actearly-contact]"
    )
    lines = told(files, changed)
    assert any(line.endswith(f"force {force} → should") for line in lines)
    assert any(line.endswith(f"sources: {sources.strip('[]')} → actearly-contact") for line in lines)


def test_a_value_that_may_not_be_shown_is_not_printed_here_either(files: Files) -> None:
    held = edit(files, BARNET, r"^  barnet-mash:", '  barnet-mash:\n    hold: {reason: "Check.", since: 2026-11-21}')
    changed = edit(held, BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"')
    for old, new in ((held, changed), (files, changed), (changed, files)):
        lines = told(old, new)
        assert any(line == "number changed" for line in lines)
        assert not any("020" in line for line in lines)


def test_a_contact_point_that_came_is_told_with_its_number_and_standing_and_one_that_went_too(files: Files) -> None:
    line = ("\n  invented-line:\n    name: Invented Line\n    what_for: Nothing.\n    phone: \"020 7946 0001\"\n    fictional: true\n"
            "    fills: [{slot: children, area: barnet, seen_in: [bels-safeguarding]}]\n"
            "    sightings: [{source: bels-safeguarding, phone: \"020 7946 0001\"}]")  # fmt: skip
    added = edit(files, BARNET, r"^contacts:", f"contacts:{line}")
    for old, new, mark in ((files, added, "+"), (added, files, "-")):
        lines = told(old, new)
        at = lines.index(f"{mark} invented-line (Invented Line)")
        assert lines[at + 1 : at + 3] == ["number: 020 7946 0001", "weak: children in Barnet"]


def test_a_setting_that_came_is_told_with_its_routes_in_one_line(files: Files) -> None:
    less = {path: content for path, content in files.items() if not path.startswith(("pathways/scenarios/", "pathways/sessions/")) and path != SCHOOL}
    more = {**less, SCHOOL: files[SCHOOL]}
    lines = told(less, more)
    assert "+ school (School)" in lines
    assert "+ /settings/school/" in lines
    assert "+ /…/school/ (in 33 areas)" in lines
    assert not any("/barnet/school/" in line for line in lines)


def test_pages_by_hand_that_came_went_or_have_another_title_are_told(files: Files, texts: tuple[Text, ...]) -> None:
    without = tuple(text for text in texts if text.path != ABOUT)
    assert "- /about/" in told(files, files, texts, without)
    assert "+ /about/" in told(files, files, without, texts)
    renamed = tuple(Text(text.path, text.text.replace("# About this site", "# About", 1)) if text.path == ABOUT else text for text in texts)
    assert "title: About this site → About" in told(files, files, texts, renamed)


def test_what_is_said_of_many_records_is_said_once(files: Files) -> None:
    changed = {path: re.sub(rb"^website: .*", b"website: https://www.example.org", content, flags=re.MULTILINE) if "/areas/" in path else content
               for path, content in files.items()}  # fmt: skip
    lines = told(files, changed)
    assert "Areas: 33 changed" in lines
    assert "~ and 25 more; --format json lists them" in lines
    assert lines.count("each: changed: the council's own site") == 1


def test_time_alone_is_no_difference(files: Files) -> None:
    """A confirmation that has run out by the day of judging has run out on both sides."""
    confirmed = edit(files, BARNET, r"^    fills:", CONFIRMATION)
    for today in (TODAY, TODAY + datetime.timedelta(days=3000)):
        assert told(confirmed, confirmed, today=today) == ["Nothing that a reader meets differs."]


# --- revisions ---------------------------------------------------------------------------------------------------------

Diff = Callable[..., tuple[int, str, str]]


def git(root: Path, *words: str) -> None:
    own = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *own, *words], cwd=root, check=True, capture_output=True)


def commit(root: Path, *changes: tuple[str, str, str], without: Sequence[str] = ()) -> None:
    """Commit the tree with these edits (file, regular expression, new text) and without these files."""
    for path, old, new in changes:
        text, number = re.subn(old, lambda _, new=new: new, (root / path).read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)  # type: ignore[misc]
        assert number, f"{path} holds nothing like {old}"
        (root / path).write_text(text, encoding="utf-8")
    for path in without:
        (root / path).unlink()
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "A revision")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The real data and prose in a repository of their own, not yet committed."""
    shutil.copytree(ROOT / "pathways", tmp_path / "pathways")
    for path in (ROOT / "docs").rglob("*.md"):
        place = tmp_path / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    git(tmp_path, "init", "-q")
    return tmp_path


@pytest.fixture
def run_diff(capsys: pytest.CaptureFixture[str]) -> Diff:
    """The command on a folder: its exit code, what it prints and what it says beside."""

    def run(root: Path, *words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        diff.arguments(parser)
        said: list[str] = []
        code = diff.run(root, parser.parse_args([*words, "--on", TODAY.isoformat()]), said.append)
        return code, capsys.readouterr().out, "\n".join(said)

    return run


def restored(root: Path) -> None:
    """The real data again, as the working tree."""
    shutil.rmtree(root / "pathways")
    shutil.copytree(ROOT / "pathways", root / "pathways")


def test_a_revision_is_compared_with_the_working_tree_or_with_another(repository: Path, run_diff: Diff) -> None:
    commit(repository)
    commit(repository, (BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"'))
    assert run_diff(repository, "HEAD") == (
        0,
        "From HEAD to the working tree, both as of 22 November 2026\n\nNothing that a reader meets differs.\n",
        "",
    )
    code, printed, _ = run_diff(repository, "HEAD~1")
    assert code == 0
    assert "number: 020 8359 4066 → 020 7946 0001" in printed
    code, printed, _ = run_diff(repository, "HEAD", "HEAD~1")
    assert "number: 020 7946 0001 → 020 8359 4066" in printed
    (repository / BARNET).write_text("broken: [", encoding="utf-8")
    assert "number: 020 8359 4066 → 020 7946 0001" in run_diff(repository, "HEAD~1", "HEAD")[1], "the working tree is no side of this"
    with pytest.raises(Refused):
        run_diff(repository, "HEAD")


def test_programs_get_the_same_as_json(repository: Path, run_diff: Diff) -> None:
    commit(repository, (BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"'))
    restored(repository)
    found = json.loads(run_diff(repository, "HEAD", "--format", "json")[1])
    assert (found["from"], found["to"], found["on"], found["not_read"]) == ("HEAD", "the working tree", "2026-11-22", [])
    contacts = [item for item in found["differences"] if item["group"] == "Contact points"]
    assert [(item["id"], item["sort"], item["says"][0]) for item in contacts] == [("barnet-mash", "changed", "number: 020 7946 0001 → 020 8359 4066")]


def test_what_an_old_revision_could_not_know_is_no_difference(repository: Path, run_diff: Diff) -> None:
    """No register of changes yet, a key that is known no more, and one that was not needed then, in an area and in a list."""
    commit(
        repository,
        (BARNET, r"^name: Barnet$", "name: Barnet\nfax_number: none 😀"),
        (BARNET, r"^    what_for: .*\n", ""),
        (SPYING, r"^trainer_note: .*\n(?:  .*\n)*", ""),
        without=["pathways/changes.yml", "pathways/moved.yml", "pathways/links.yml"],
    )
    restored(repository)
    code, printed, said = run_diff(repository, "HEAD")
    assert (code, said) == (0, "")
    assert "not read" not in printed
    assert re.search(r"^Changes: \d+ added$", printed, re.MULTILINE), "an entry of a register that was not there is new"
    for word in ("barnet", "spying", "Contact points", "Areas", "Myths"):
        assert word not in printed


@pytest.mark.parametrize("text", ["name: [", "name: Barnet\nreferral: by pigeon\n"])
def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_compared(text: str, repository: Path, run_diff: Diff) -> None:
    (repository / BARNET).write_text(text, encoding="utf-8")
    commit(repository, (FAMILY, r"^    do: Take your worry seriously\.", "    do: Take your worry to heart."))
    restored(repository)
    code, printed, _ = run_diff(repository, "HEAD")
    assert code == 0
    assert printed.count("not read: ") == 1
    assert f"not read: HEAD, {BARNET}: " in printed
    assert "~ family (Family and friends)" in printed
    assert "barnet-mash" not in printed, "what was not read is not said to have come or gone"


def test_an_unreadable_file_that_is_gone_today_takes_what_names_it_along(repository: Path, run_diff: Diff) -> None:
    (repository / "pathways/situations/old-one.yml").write_text("name: [", encoding="utf-8")
    commit(repository)
    restored(repository)
    code, printed, _ = run_diff(repository, "HEAD")
    assert code == 0
    assert "not read: HEAD, pathways/situations/old-one.yml: " in printed
    assert printed.endswith("Nothing that a reader meets differs.\n")


def test_two_old_revisions_with_the_same_gap_are_compared_too(repository: Path, run_diff: Diff) -> None:
    commit(repository, (BARNET, r"^    what_for: .*\n", ""))
    commit(repository, (BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"'))
    restored(repository)
    code, printed, _ = run_diff(repository, "HEAD~1", "HEAD")
    assert code == 0
    assert "not read" not in printed
    assert "Contact points: 1 changed" in printed
    assert "number: 020 8359 4066 → 020 7946 0001" in printed


# --- no traceback ------------------------------------------------------------------------------------------------------


def test_an_unknown_revision_is_a_sentence_with_the_cure(repository: Path, run_diff: Diff) -> None:
    commit(repository)
    for rev in ("nosuch", "HEAD~9", "HEAD..HEAD", ":/", ""):
        code, printed, said = run_diff(repository, rev)
        assert (code, printed) == (1, "")
        assert said == f"git knows no revision called {rev}; “git log --oneline” and “git tag” list those there are"


def test_a_folder_without_history_is_a_sentence_with_the_cure(repository: Path, run_diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(repository / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.parent))
    code, printed, said = run_diff(repository, "HEAD")
    assert (code, printed) == (1, "")
    assert said.endswith("is not a git repository, so there is no earlier revision; run this in a clone")


def test_a_machine_without_git_is_a_sentence_with_the_cure(repository: Path, run_diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    code, printed, said = run_diff(repository, "HEAD")
    assert (code, printed) == (1, "")
    assert said == "git is not installed, and only git knows earlier revisions; install git"


def test_a_revision_without_data_is_a_sentence_with_the_cure(repository: Path, run_diff: Diff) -> None:
    shutil.move(repository / "pathways", repository / "elsewhere")
    commit(repository)
    shutil.move(repository / "elsewhere", repository / "pathways")
    code, printed, said = run_diff(repository, "HEAD")
    assert (code, printed) == (1, "")
    assert said == "HEAD has no folder called pathways, so there is nothing to compare; name a later revision"
    for path in (repository / "pathways/areas").glob("*.yml"):
        path.write_text("name: [", encoding="utf-8")
    commit(repository)
    for path in (repository / "pathways/areas").glob("*.yml"):
        path.unlink()
    git(repository, "rm", "-q", "-r", "--cached", "pathways/areas")
    commit(repository)
    code, printed, said = run_diff(repository, "HEAD", "HEAD~1")
    assert (code, printed) == (1, "")
    assert "cannot be read by this version of the program" in said


def test_the_working_tree_is_left_as_it_is(repository: Path, run_diff: Diff) -> None:
    commit(repository, (BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"'))
    restored(repository)
    before = {path: path.read_bytes() for path in sorted(repository.rglob("*")) if path.is_file()}
    run_diff(repository, "HEAD")
    assert {path: path.read_bytes() for path in sorted(repository.rglob("*")) if path.is_file()} == before
