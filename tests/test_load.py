"""The loader refuses what it cannot use, says where and how to put it right, and hands on knowledge that nothing can change."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import ValidationError

from scripts.build import ROOT, Checked
from scripts.load import DEEPEST, MOST_BYTES, Knowledge, assemble, load, parse, read_folder, read_record
from scripts.problem import Format, Problem, Refused, render, summary
from scripts.prose import read_texts
from tests.conftest import TODAY, Files
from tests.editing import edit, line_in

BARNET = "pathways/areas/barnet.yml"
SOURCES = "pathways/sources.yml"
SCHOOL = "pathways/settings/school.yml"


def refused(files: Files) -> tuple[Problem, ...]:
    """What the loader says of files that it must refuse."""
    with pytest.raises(Refused) as caught:
        assemble(files)
    return caught.value.problems


# --- one fault at a time -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A change to one real file (`old` is a regular expression, replaced once), and what the loader must say of it."""

    what: str
    path: str
    old: str
    new: str
    rule: str
    says: str
    tip: str
    at: str = ""
    """What stands on the line that the problem must name; left out: `new`."""

    def apply(self, files: Files) -> Files:
        return edit(files, self.path, self.old, self.new)

    def line(self, changed: Files) -> int:
        return line_in(changed, self.path, self.at or self.new)


# fmt: off
FAULTS = (
    Fault("a tab", BARNET, r"^    name: Barnet Multi", "\tname: Barnet Multi",
          "yaml", "cannot be read as YAML", "use spaces, not a tab"),
    Fault("a quote that is open until the next one", BARNET, r'phone: "020 8359 4066"$', 'phone: "020 8359 4066',
          "yaml", "cannot be read as YAML", "the quotes", at='    hours: "'),
    Fault("a colon in a text", BARNET, r"^council: .*", "council: Barnet: Council",
          "yaml", "cannot be read as YAML", "colon"),
    Fault("a second document", BARNET, r"^contacts:", "---\ncontacts:",
          "yaml", "another document", "this line"),
    Fault("a control character", BARNET, r"^council: .*", "council: \x07",
          "yaml", "control characters", "restore the file", at="# yaml"),
    Fault("a duplicate key", BARNET, r"^police: .*", "name: Again\npolice: Metropolitan Police",
          "duplicate-key", "name stands twice", "keep one of the two"),
    Fault("an anchor", BARNET, r'phone: "020 8359 4066"$', 'phone: &mash "020 8359 4066"',
          "anchor", "anchors and aliases", "write the values out"),
    Fault("an alias", BARNET, r"email: mash@\S+$", "email: *mash",
          "anchor", "anchors and aliases", "in quotes"),
    Fault("a list as a key", BARNET, r"^police: .*", "? [a, b]\n: c\npolice: Metropolitan Police",
          "key", "must be a plain word", "indentation"),
    Fault("a number without quotes", BARNET, r'phone: "020 8359 4066"$', "phone: 02083594066",
          "quoted", "must be a quoted string", '"02083594066"'),
    Fault("an unknown key", BARNET, r"^    what_for: ", "    what_four: ",
          "unknown-key", "what_four is not a known key", "did you mean what_for?"),
    Fault("a strange key", BARNET, r"^    what_for: ", "    zzz: 1\n    what_for: ",
          "unknown-key", "zzz is not a known key", "scripts/model.py lists every key"),
    Fault("a misspelt id", BARNET, r"source: bels-safeguarding", "source: bels-safegarding",
          "reference", "there is no source called bels-safegarding", "did you mean bels-safeguarding?"),
    Fault("a dangling id", BARNET, r"source: bels-safeguarding", "source: zzzzzz",
          "reference", "there is no source called zzzzzz", "add the record first"),
    Fault("a dangling area", BARNET, r"slot: lado, area: barnet", "slot: lado, area: barnett",
          "reference", "there is no area called barnett", "did you mean barnet?"),
    Fault("a dangling contact point", SCHOOL, r"^    contacts: \[", "    contacts: [emergency-9999, ",
          "reference", "there is no contact called emergency-9999", "did you mean emergency-999?"),
    Fault("a dangling procedure", SCHOOL, r"^    procedures: \[", "    procedures: [prevent-dutyguidance, ",
          "reference", "there is no procedure called prevent-dutyguidance", "did you mean prevent-duty-guidance?"),
    Fault("a day that is not", BARNET, r"not_found: \S+?,", "not_found: 2026-02-30,",
          "date", "must be a real date, not '2026-02-30'", "such as 2026-11-21"),
    Fault("a date in words", BARNET, r"not_found: \S+?,", "not_found: 3 May 2026,",
          "date", "must be a real date, not '3 May 2026'", "such as 2026-11-21"),
    Fault("a month that is not", SOURCES, r"^    dated: .*", '    dated: "2024-13"',
          "date", "must be a real date, not '2024-13'", "look at the month"),
    Fault("a key missing", BARNET, r"^council: .*\n", "",
          "missing-key", "council is missing", "add a line “council: …”", at="name: Barnet"),
    Fault("a key missing inside", BARNET, r"^    what_for: Concerns about a child.*\n", "",
          "missing-key", "what_for is missing", "add a line “what_for: …”", at="  barnet-mash:"),
    Fault("a wrong word", BARNET, r"^police: .*", "police: Metropolitan Polise",
          "unknown-word", "'Metropolitan Polise' is not one of the words", "did you mean Metropolitan Police?"),
    Fault("a misspelt not-found", BARNET, r"under_18: not-found", "under_18: not-fond",
          "unknown-word", "'not-fond' is not one of the words", "did you mean not-found?"),
    Fault("a strange word", SCHOOL, r"^audience: .*", "audience: zzzz",
          "unknown-word", "'zzzz' is not one of the words", "known here: public, staff"),
    Fault("a misspelt slot", BARNET, r"^  prevent: ", "  preventt: ",
          "unknown-word", "'preventt' is not one of the words", "did you mean prevent?"),
    Fault("a flag in other words", SOURCES, r"^    link: false", "    link: nope",
          "form", "must be true or false, not 'nope'", "write true or false"),
    Fault("words in a number", BARNET, r'^    phone: "020 8359 4066"$', '    phone: "020 8359 4066 option 1"',
          "form", "must be digits with single spaces", "ask_for"),
    Fault("a period in words", BARNET, r"^    what_for: ", "    check_every: half a year\n    what_for: ",
          "form", "must be a period", "such as 6 months"),
    Fault("an http address", BARNET, r"^website: https://", "website: http://",
          "form", "must be an address that starts with https://", "only https links"),
    Fault("an empty text", BARNET, r"^council: .*", 'council: ""',
          "empty", "must not be empty", "leave the whole line out"),
    Fault("nothing after the colon", BARNET, r"^council: .*", "council:",
          "shape", "must be text, and nothing stands here", "leave the whole line out"),
    Fault("a text for a list", BARNET, r"sources: \[barnet-prevent-page\]", "sources: barnet-prevent-page",
          "shape", "must be a list", "write [one, two]"),
    Fault("a text for a record", BARNET, r"^referral:", "referral: ask the council\nold:",
          "shape", "must be a record with keys of its own", "indent its keys"),
    Fault("an empty list", BARNET, r"seen_in: \[[^\]]*\]", "seen_in: []",
          "shape", "needs at least 1", "add what is missing"),
    Fault("an id used twice", "pathways/areas/brent.yml", r"^  brent-prevent:", "  barnet-adult-mash:",
          "one-record", "barnet-adult-mash stands in pathways/areas/barnet.yml too", "another id"),
)
# fmt: on


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_is_reported_with_its_file_line_rule_and_cure(fault: Fault, files: Files) -> None:
    changed = fault.apply(files)
    found = [
        problem for problem in refused(changed) if problem.rule == fault.rule and problem.path == fault.path and problem.line == fault.line(changed)
    ]
    assert found, render(refused(changed), "text")
    assert fault.says in found[0].message
    assert fault.tip in found[0].tip
    assert found[0].column > 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_no_fault_is_reported_without_a_cure(fault: Fault, files: Files) -> None:
    assert all(problem.tip for problem in refused(fault.apply(files)))


NESTED = {
    "brackets": "name: " + "[" * 400_000,
    "braces": "name: " + "{a: " * 200_000,
    "closed brackets in a comment first": "# " + "]" * 400_000 + "\nname: " + "[" * 400_000,
    "a comment after each bracket": "[ # ]\n" * 100_000,
    "indentation": "\n".join(" " * depth + "a:" for depth in range(900)),
    "dashes": "- " * 200_000,
    "question marks": "? " * 200_000,
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED.keys())
def test_deep_nesting_in_a_small_file_is_refused_at_the_line_where_it_goes_too_deep(text: str, files: Files) -> None:
    assert len(text) <= MOST_BYTES
    (problem,) = parse(BARNET, text.encode()).problems
    assert (problem.path, problem.rule) == (BARNET, "too-deep")
    assert 1 <= problem.line <= DEEPEST + 1
    assert "stray bracket" in problem.tip
    assert problem in refused({**files, BARNET: text.encode()})


def test_nesting_as_deep_as_allowed_is_not_called_too_deep() -> None:
    assert parse(BARNET, b"[" * DEEPEST + b"]" * DEEPEST).problems == ()
    assert [problem.rule for problem in parse(BARNET, b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)).problems] == ["too-deep"]


def test_ten_megabytes_of_nesting_are_refused_for_their_size(files: Files) -> None:
    (problem,) = refused({**files, BARNET: b"[" * 10_000_000})
    assert (problem.path, problem.line, problem.rule) == (BARNET, 1, "too-large")
    assert "10.0 MB" in problem.message
    assert "restore the file" in problem.tip


def test_text_that_is_not_utf_8_is_refused_at_its_line(files: Files) -> None:
    head, mark, tail = files[BARNET].partition(b"council: ")
    (problem,) = refused({**files, BARNET: head + mark + "Barnét ".encode("latin-1") + tail})
    assert (problem.path, problem.rule) == (BARNET, "encoding")
    assert problem.line == head.count(b"\n") + 1
    assert "UTF-8" in problem.tip


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only a comment\n"])
def test_an_empty_file_is_refused(content: bytes, files: Files) -> None:
    problems = refused({**files, BARNET: content})
    assert [(problem.path, problem.line, problem.rule) for problem in problems] == [(BARNET, 1, "empty-file")]
    assert "restore the file" in problems[0].tip


@pytest.mark.parametrize("path", ["pathways/areas/barnet.yaml", "pathways/areas/notes.txt", "pathways/areas/Barnet.yml", "pathways/nationl.yml"])
def test_a_file_nobody_would_read_is_refused(path: str, files: Files) -> None:
    (problem,) = refused({**files, path: b"name: X\n"})
    assert (problem.path, problem.line, problem.rule) == (path, 1, "unknown-file")
    assert "pathways/areas/<slug>.yml" in problem.tip


def test_a_broken_file_that_others_refer_to_is_reported_once_and_not_for_each_reference(files: Files) -> None:
    assert {problem.path for problem in refused({**files, SOURCES: b"sources: [\n"})} == {SOURCES}


def test_every_problem_of_several_broken_files_is_reported_at_once(files: Files) -> None:
    """Five faults of different kinds in four files, two of them in one record."""
    wanted = ("a number without quotes", "an unknown key", "a text for a list", "a strange word", "a flag in other words")
    chosen = [fault for fault in FAULTS if fault.what in wanted]
    changed = {**files, "pathways/areas/brent.yml": b"\tname: Brent\n"}
    for fault in chosen:
        changed = dict(fault.apply(changed))
    found = {(problem.path, problem.line, problem.rule) for problem in refused(changed)}
    assert found >= {(fault.path, fault.line(changed), fault.rule) for fault in chosen} | {("pathways/areas/brent.yml", 1, "yaml")}
    assert {path for path, _, _ in found} == {BARNET, SCHOOL, SOURCES, "pathways/areas/brent.yml"}


# --- the folder --------------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the repository in which `python -m scripts` runs as in the real one."""
    for name in ("pathways", "docs", "theme", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    return tmp_path


def put_folder(root: Path) -> None:
    (root / BARNET).unlink()
    (root / BARNET).mkdir()


def spoil_prose(root: Path) -> None:
    text = (root / "docs/about.md").read_bytes()
    (root / "docs/about.md").write_bytes(text.replace(b"\n# About this site", b"\n# About this caf\xe9", 1))


def test_prose_that_is_not_utf_8_is_refused_at_its_line(copy: Path) -> None:
    lines = (copy / "docs/about.md").read_text().splitlines()
    spoil_prose(copy)
    with pytest.raises(Refused) as caught:
        read_texts(copy)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.rule) == ("docs/about.md", lines.index("# About this site") + 1, "encoding")
    assert "UTF-8" in problem.tip


FOLDER_FAULTS: dict[str, tuple[Callable[[Path], None], str, str, str]] = {
    "a missing file": (lambda root: (root / SOURCES).unlink(), SOURCES, "missing-file", "restore it from git"),
    "a missing edition": (
        lambda root: (root / "pathways/editions/london.yml").unlink(),
        "pathways/editions/london.yml",
        "missing-file",
        "restore it from git",
    ),
    "a folder in a file's place": (put_folder, BARNET, "not-a-file", "put the file back"),
    "a folder among the areas": (lambda root: (root / "pathways/areas/more").mkdir(), "pathways/areas/more", "not-a-file", "move the folder away"),
    "no area at all": (lambda root: shutil.rmtree(root / "pathways/areas"), "pathways/areas", "missing-file", "add pathways/areas/<slug>.yml"),
}


@pytest.mark.parametrize(("do", "path", "rule", "tip"), FOLDER_FAULTS.values(), ids=FOLDER_FAULTS.keys())
def test_a_fault_of_the_folder_is_reported_with_its_path_and_cure(do: Callable[[Path], None], path: str, rule: str, tip: str, copy: Path) -> None:
    do(copy)
    with pytest.raises(Refused) as caught:
        load(copy)
    found = [problem for problem in caught.value.problems if problem.path == path]
    assert [(problem.line, problem.rule) for problem in found] == [(1, rule)]
    assert tip in found[0].tip


# --- the real command --------------------------------------------------------------------------------------------------


def run_check(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    epoch = datetime.datetime.combine(TODAY, datetime.time(12), datetime.UTC).timestamp()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(epoch)), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-m", "scripts", "check", *more], cwd=root, env=environment, capture_output=True, text=True)


def write(root: Path, changed: Files) -> None:
    for path, content in changed.items():
        (root / path).write_bytes(content)


def test_the_command_accepts_the_real_data(copy: Path) -> None:
    done = run_check(copy)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
    assert "no problems" in done.stderr
    assert run_check(copy, "--format", "json").stdout == "[]\n"


@pytest.mark.parametrize("do", [*(fault[0] for fault in FOLDER_FAULTS.values()), spoil_prose], ids=[*FOLDER_FAULTS.keys(), "prose not in UTF-8"])
def test_the_command_ends_with_1_and_no_traceback_on_a_fault_of_the_folder(do: Callable[[Path], None], copy: Path) -> None:
    do(copy)
    done = run_check(copy)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "tip: " in done.stdout


@pytest.mark.parametrize(
    "text", [*NESTED.values(), "[" * 10_000_000, "\t", "", "a: *b", "\x00"], ids=[*NESTED.keys(), "10 MB", "tab", "empty", "alias", "zero"]
)
def test_the_command_ends_with_1_and_no_traceback_on_a_hostile_file(text: str, copy: Path) -> None:
    (copy / BARNET).write_text(text)
    done = run_check(copy)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{BARNET}:")
    assert "Traceback" not in done.stdout + done.stderr


def test_the_command_prints_the_problems_of_all_files_and_counts_them(copy: Path, files: Files) -> None:
    chosen = [fault for fault in FAULTS if fault.what in ("a number without quotes", "a strange word")]
    changed = files
    for fault in chosen:
        changed = fault.apply(changed)
    write(copy, changed)
    done = run_check(copy)
    assert done.returncode == 1
    for fault in chosen:
        assert re.search(rf"^{fault.path}:{fault.line(changed)}:\d+: {fault.rule}: .*\n    tip: .+$", done.stdout, re.MULTILINE)
    assert "2 problems in 2 files" in done.stderr


def test_the_command_prints_json_that_holds_every_field(copy: Path, files: Files) -> None:
    fault = next(fault for fault in FAULTS if fault.what == "a number without quotes")
    changed = fault.apply(files)
    write(copy, changed)
    done = run_check(copy, "--format", "json")
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)
    assert set(problem) == {field.name for field in dataclasses.fields(Problem)}
    assert (problem["path"], problem["line"], problem["rule"]) == (fault.path, fault.line(changed), fault.rule)
    assert problem["at"] == f"{BARNET}#contacts.barnet-mash.phone"
    assert all(problem.values())


def test_the_command_prints_annotations_for_a_code_host(copy: Path, files: Files) -> None:
    fault = next(fault for fault in FAULTS if fault.what == "a number without quotes")
    changed = fault.apply(files)
    write(copy, changed)
    done = run_check(copy, "--format", "github")
    assert done.returncode == 1
    assert re.fullmatch(rf"::error file={BARNET},line={fault.line(changed)},col=\d+,title=quoted::phone: must be .*\n", done.stdout)


# --- how problems are printed ------------------------------------------------------------------------------------------

ODD = Problem("pathways/areas/x.yml", 3, 5, "form", "100% wrong\r\non two lines", "try\nagain", "pathways/areas/x.yml#name")


def test_text_is_path_line_column_rule_message_and_the_tip_below() -> None:
    problem = dataclasses.replace(ODD, message="is wrong", tip="mend it")
    assert render([problem], "text") == "pathways/areas/x.yml:3:5: form: is wrong\n    tip: mend it"
    assert render([dataclasses.replace(problem, tip="")], "text") == "pathways/areas/x.yml:3:5: form: is wrong"


def test_json_gives_back_the_problem_it_was_given() -> None:
    assert [Problem(**item) for item in json.loads(render([ODD], "json"))] == [ODD]


def test_annotations_escape_percent_signs_and_line_ends() -> None:
    expected = "::error file=pathways/areas/x.yml,line=3,col=5,title=form::100%25 wrong%0D%0Aon two lines (try%0Aagain)"
    assert render([ODD], "github") == expected


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_problems_are_printed_in_file_order_and_once(form: Format) -> None:
    first, second, third = (dataclasses.replace(ODD, path=path, line=line) for path, line in (("a.yml", 9), ("a.yml", 10), ("b.yml", 1)))
    assert render([third, second, first, third], form) == render([first, second, third], form)


def test_a_summary_counts_problems_and_files() -> None:
    assert summary([ODD]) == "1 problem in 1 file"
    assert summary([ODD, dataclasses.replace(ODD, line=4), dataclasses.replace(ODD, path="b")]) == "3 problems in 2 files"


# --- knowledge ---------------------------------------------------------------------------------------------------------


def test_the_real_data_loads(real: Checked) -> None:
    assert len(real.k.areas) == 33
    assert real.k.settings
    assert all(real.k.owner(id) for id in real.k.contacts)
    assert load(ROOT).areas.keys() == real.k.areas.keys()


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Knowledge)])
def test_no_field_of_knowledge_can_be_assigned(name: str, real: Checked) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(real.k, name, None)


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Knowledge)])
def test_every_collection_of_knowledge_refuses_writes(name: str, real: Checked) -> None:
    collection = getattr(real.k, name)
    if name in ("advice", "edition"):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(collection, next(iter(type(collection).model_fields)), None)
    elif name in ("exceptions", "references"):
        assert isinstance(collection, tuple)
    else:
        with pytest.raises(TypeError):
            collection["new"] = None


def test_records_and_the_mappings_inside_them_refuse_writes(real: Checked) -> None:
    barnet, mash = real.k.areas["barnet"], real.k.contacts["barnet-mash"]
    for record, name in ((barnet, "name"), (mash, "phone"), (mash.fills[0], "slot"), (real.k.settings["school"].steps[0], "do")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, name, "changed")
    for mapping in (barnet.contacts, barnet.slots, real.k.terms, real.k.sources, real.k.procedures):
        with pytest.raises(TypeError):
            mapping["changed"] = None  # type: ignore[index]


def test_the_same_bytes_give_equal_knowledge() -> None:
    def fresh() -> Knowledge:
        read_record.cache_clear()
        return assemble(read_folder(ROOT))

    one, other = fresh(), fresh()
    assert one.areas["barnet"] is not other.areas["barnet"]
    for field in dataclasses.fields(Knowledge):
        if field.name != "documents":  # node trees have no equality of their own; their data do
            assert getattr(one, field.name) == getattr(other, field.name), field.name
            if hasattr(getattr(one, field.name), "keys"):
                assert list(getattr(one, field.name)) == list(getattr(other, field.name))
    assert {path: document.data for path, document in one.documents.items()} == {path: document.data for path, document in other.documents.items()}
