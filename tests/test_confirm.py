"""Writing down that somebody checked a number: on a copy of the real files, through the real command, until the page says so."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from scripts import agreed
from scripts.build import ROOT, checked, prose_of
from scripts.calls import calls
from scripts.load import load
from scripts.pages.addresses import Style
from scripts.pages.render import Renderer
from scripts.pages.site import site_pages, tally
from scripts.standing import Standing, judge
from scripts.upkeep import checks, confirm
from scripts.upkeep import sheet as sheets
from scripts.upkeep.edit import Edit, dump
from tests.copies import DAY, NOON, Command, altered, copied, differing, fresh, refused, typing

BARNET = "pathways/areas/barnet.yml"
CHANGES = "pathways/changes.yml"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real files, on 1 December 2026."""
    copied(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    return tmp_path


@pytest.fixture
def command(copy: Path) -> Command:
    """The command on the copy."""
    return typing(confirm, copy)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Edit:
    """An edit of an untouched copy, checked once for all tests that change nothing."""
    return Edit(copied(tmp_path_factory.mktemp("untouched")), DAY)


@pytest.fixture
def quick(prepared: Edit, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on the untouched copy, for what is to be refused."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    monkeypatch.setattr(confirm, "Edit", lambda root, today: fresh(prepared))
    return typing(confirm, prepared.root)


def pages(copy: Path, *paths: str) -> list[str]:
    """Pages as they would be rendered from the copy."""
    case = checked(copy, DAY)
    made = {one.path: one for one in site_pages(case.k, DAY, case.case.answers, prose_of(case.texts))}
    renderer = Renderer(copy, case.k, DAY, Style.DIRECTORY, tally(case.k, DAY), {path: one.title for path, one in made.items()})
    return [renderer.text(made[path]) for path in paths]


def test_a_check_is_written_down_and_every_other_line_stays_until_the_page_says_so(copy: Path, command: Command) -> None:
    said = command("barnet-mash", "--how", "phone", "--by", "Prevent coordinator")
    line = '- {on: 2026-12-01, how: phone, by: prevent-coordinator, phone: "020 8359 4066", email: mash@barnet.gov.uk, covers: [barnet/children, barnet/lado]}'
    assert altered(copy) == {BARNET: ["+     confirmations:", f"+       {line}"]}
    assert "  children in Barnet: published before, confirmed now, good until 1 June 2027" in said
    assert any("The draft strip will say: 1 of " in line for line in said)
    assert any(line.startswith("Pages: /barnet/") for line in said)
    register = (copy / agreed.FILE).read_text(encoding="utf-8")
    assert register == agreed.text(load(copy))
    assert register != agreed.text(load(ROOT))
    area, sheet = pages(copy, "/barnet/", "/coverage/barnet/")
    assert "Checked by phone, 1 December 2026." in area
    assert "Draft: 1 of " in area
    assert "checked; good until 1 June 2027" in sheet


def test_a_second_check_stands_below_the_first(copy: Path, command: Command) -> None:
    command("barnet-mash", "--how", "phone", "--by", "prevent-coordinator", "--on", "2026-11-25")
    command("barnet-mash", "--how", "email", "--by", "duty-officer", "--only", "email")
    lines = [line for line in altered(copy)[BARNET] if "on: 2026" in line]
    assert lines[1] == "+       - {on: 2026-12-01, how: email, by: duty-officer, email: mash@barnet.gov.uk, covers: [barnet/children, barnet/lado]}"


@pytest.mark.parametrize("id", ["ealing-ecirs", "enfield-emergency-duty-team", "wandsworth-mash"])
def test_a_record_that_ends_with_its_sightings_keeps_the_line_below_it(id: str, prepared: Edit) -> None:
    edit = fresh(prepared)
    assert not list(checks.confirm(edit, checks.Check(id, "letter", "safeguarding-lead", DAY)))
    ((path, document),) = edit.open.items()
    lines = differing(edit.files[path], dump(document))
    assert [line[:2] for line in lines] == ["+ ", "+ "]
    assert lines[0] == "+     confirmations:"


def test_a_new_number_replaces_the_old_one(copy: Path, command: Command) -> None:
    said = command(
        "barnet-adult-mash", "--how", "phone", "--by", "duty-officer", "--phone", "020 8359 5001", "--hours-text", "Monday to Friday, 9am to 4pm"
    )
    contact = load(copy).contacts["barnet-adult-mash"]
    assert (contact.phone, contact.hours) == ("020 8359 5001", "Mo-Fr 09:00-16:00")
    assert [sighting.superseded for sighting in contact.sightings if sighting.phone] == [True]
    k = load(copy)
    judgement = judge(k, "barnet-adult-mash", contact.fills[0], DAY)
    assert (judgement.standing, judgement.disputed) == (Standing.CONFIRMED, False)
    (change,) = [change for id, change in k.changes.items() if id == "2026-12-01-barnet-adult-mash"]
    assert (change.contacts, change.areas, change.pages) == (("barnet-adult-mash",), ("barnet",), ("/barnet/",))
    assert "020" not in change.what + change.why + change.act
    assert "  phone number: 020 8359 5000 before, 020 8359 5001 now" in said
    assert set(altered(copy)) == {BARNET, CHANGES}
    assert all(line[0] == "+" for line in altered(copy)[CHANGES])
    (text,) = pages(copy, "/barnet/")
    assert "020 8359 5001" in text
    assert "020 8359 5000" not in text


def test_a_new_number_lapses_when_nobody_checks_it_again(copy: Path, command: Command) -> None:
    command("barnet-adult-mash", "--how", "phone", "--by", "duty-officer", "--phone", "020 8359 5001")
    k = load(copy)
    filling = k.contacts["barnet-adult-mash"].fills[0]
    assert judge(k, "barnet-adult-mash", filling, datetime.date(2027, 6, 1)).standing is Standing.CONFIRMED
    assert judge(k, "barnet-adult-mash", filling, datetime.date(2027, 6, 2)).standing is Standing.LAPSED
    assert checked(copy, datetime.date(2027, 6, 2)).k.contacts["barnet-adult-mash"].phone == "020 8359 5001"


def test_a_number_in_other_spacing_is_the_same_number(copy: Path, command: Command) -> None:
    command("barnet-mash", "--how", "phone", "--by", "duty-officer", "--phone", "02083594066")
    assert set(altered(copy)) == {BARNET}
    assert load(copy).contacts["barnet-mash"].confirmations[0].phone == "020 8359 4066"


def test_a_value_that_was_not_there_before_is_added_where_such_records_have_it(copy: Path, command: Command) -> None:
    command("barnet-adult-mash", "--how", "phone", "--by", "duty-officer", "--email", "adultmash@example.org")
    lines = (copy / BARNET).read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("    email: adultmash@example.org") - 1] == '    phone: "020 8359 5000"'
    assert CHANGES not in altered(copy)


REFUSALS = [
    (["barnet-mesh", "--how", "phone", "--by", "duty-officer"], "there is no contact point called barnet-mesh", "did you mean barnet-mash?"),
    (["barnet-mash", "--how", "phone", "--by", "Duty oficer"], "not a role", "did you mean duty-officer?"),
    (["barnet-mash", "--how", "phone", "--by", "Jane Doe"], "not a role", "never a person's name"),
    (["barnet-mash", "--how", "phone", "--by", "duty-officer", "--on", "2026-12-02"], "2026-12-02 is in the future", "the day on which"),
    (["ofs-prevent-email", "--how", "phone", "--by", "duty-officer"], "ofs-prevent-email is held: ", "takes the hold: line out"),
    (["barnet-mash", "--how", "phone", "--by", "duty-officer", "--covers", "barnet/adults"], "does not fill barnet/adults", ""),
    (["barnet-mash", "--how", "phone", "--by", "duty-officer", "--only", "sms"], "shows no number for text messages", "it shows phone number"),
    (["barnet-mash", "--how", "phone", "--by", "duty-officer", "--phone", "2083594066"], "does not begin with 0", "a spreadsheet"),
    (["barnet-mash", "--how", "phone", "--by", "duty-officer", "--phone", "020 8359 40"], "not a number that exists", "digit by digit"),
    (
        ["barnet-mash", "--how", "phone", "--by", "duty-officer", "--phone", "020 8359 4067", "--covers", "barnet/children"],
        "right for barnet/lado",
        "ask about",
    ),
    (["barnet-mash", "--how", "phone", "--by", "duty-officer", "--email", "not a mailbox"], "must be an e-mail address", "role mailbox"),
    (["barnet-mash", "--how", "phone", "--by", "duty-officer", "--email", "jane.doe@barnet.gov.uk"], "looks like a person's mailbox", ""),
    (["barnet-mash", "--by", "duty-officer"], "--how is missing", "phone | email"),
    (["--how", "phone"], "the id is missing", ""),
]


@pytest.mark.parametrize(("typed", "message", "tip"), REFUSALS, ids=[" ".join(typed)[:60] for typed, _, _ in REFUSALS])
def test_what_cannot_be_written_down_is_refused_with_the_cure_and_nothing_changes(
    typed: Sequence[str], message: str, tip: str, prepared: Edit, quick: Command
) -> None:
    problems = refused(quick, *typed)
    assert any(message in problem.message and tip in problem.tip for problem in problems), problems
    assert altered(prepared.root) == {}


def test_a_check_that_says_nothing_new_is_refused_and_an_older_one_that_does_is_not(copy: Path, command: Command) -> None:
    command("barnet-mash", "--how", "phone", "--by", "duty-officer", "--only", "phone")
    typed = ("barnet-mash", "--how", "phone", "--by", "duty-officer", "--on", "2026-11-25")
    (problem,) = refused(command, *typed, "--only", "phone")
    assert (problem.path, problem.message) == (BARNET, "the check of 2026-12-01 says all of it already")
    (problem,) = refused(command, *typed, "--phone", "020 8359 4067")
    assert "the check of 2026-12-01 is newer" in problem.message
    command(*typed, "--only", "email")
    assert len(load(copy).contacts["barnet-mash"].confirmations) == 2


def test_files_that_are_not_sound_are_not_edited(copy: Path, command: Command) -> None:
    path = copy / "pathways/areas/brent.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: Brent\n", "name: Brentt\n"), encoding="utf-8")
    assert {problem.path for problem in refused(command, "barnet-mash", "--how", "phone", "--by", "duty-officer")} >= {"pathways/areas/brent.yml"}
    assert BARNET not in altered(copy)


def test_a_file_that_would_not_come_out_as_it_went_in_is_not_edited(copy: Path, command: Command) -> None:
    path = copy / BARNET
    path.write_text(path.read_text(encoding="utf-8").replace("name: Barnet\n", "name:   Barnet\n"), encoding="utf-8")
    (problem,) = refused(command, "barnet-mash", "--how", "phone", "--by", "duty-officer")
    assert (problem.path, problem.rule) == (BARNET, "round-trip")


@pytest.mark.whole
def test_every_file_comes_out_as_it_went_in(prepared: Edit) -> None:
    edit = fresh(prepared)
    for path in edit.files:
        edit.document(path)
    assert len(edit.open) == len(edit.files) > 100


def test_every_contact_point_that_is_shown_can_be_confirmed_and_no_file_is_touched_elsewhere(prepared: Edit) -> None:
    edit = fresh(prepared)
    shown = [id for id, contact in edit.before.contacts.items() if not contact.hidden]
    for id in shown:
        assert not list(checks.confirm(edit, checks.Check(id, "phone", "duty-officer", DAY)))
    case = edit.after()
    assert tally(case.k, DAY).confirmed == tally(case.k, DAY).shown == len(shown)
    for path, document in edit.open.items():
        lines = differing(edit.files[path], dump(document))
        assert lines
        assert all(line.startswith(("+     confirmations:", "+       - {on: 2026-12-01, how: phone, ")) for line in lines)


# --- the sheet ---------------------------------------------------------------------------------------------------------


def sheet(rows: Iterator[dict[str, str]] | Sequence[dict[str, str]], path: Path) -> Path:
    """A sheet as a spreadsheet would save it."""
    found = list(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    return path


def printed(root: Path) -> list[dict[str, str]]:
    """Barnet's sheet, read back."""
    k = load(root)
    return list(csv.DictReader(io.StringIO(sheets.table(k, calls(k, ("barnet",), DAY), DAY), newline="")))


def test_the_sheet_says_what_to_dial_and_what_to_ask_in_the_order_of_need(copy: Path, command: Command) -> None:
    command("--sheet", "--area", "barnet", "--csv", str(copy / "barnet.csv"))
    rows = list(csv.DictReader(io.StringIO((copy / "barnet.csv").read_text(encoding="utf-8-sig"), newline="")))
    assert rows == printed(copy)
    assert [row["id"] for row in rows] == ["barnet-mash", "barnet-adult-mash", "barnet-out-of-hours"]
    assert rows[0]["phone"] == "020 8359 4066"
    assert rows[0]["covers"] == "barnet/children barnet/lado"
    assert "a child who lives in Barnet" in rows[0]["ask"]
    assert all(row["answer"] == "" and row["overdue"] == "never checked" for row in rows)


def test_without_an_area_every_contact_point_is_on_the_sheet(copy: Path, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    command("--sheet")
    ids = [row["id"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert sorted(ids) == sorted(id for id, contact in load(copy).contacts.items() if not contact.hidden)


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula_and_the_guard_is_taken_away_again(cell: str) -> None:
    assert sheets.guarded(cell) == f"'{cell}"
    assert sheets.bare(sheets.guarded(cell)) == cell
    assert sheets.bare(" Children's ") == "Children's"


def test_answers_come_back(copy: Path, command: Command) -> None:
    mash, adults, night = printed(copy)
    rows = [
        {**mash, "answer": "right", "on": "30/11/2026"},
        {**adults, "answer": "Changed", "new_phone": "020 8359 5001", "new_hours": "Monday to Friday, 9am to 4pm"},
        {**night, "answer": "no reply"},
    ]
    said = command("--from", str(sheet(rows, copy / "back.csv")), "--how", "phone", "--by", "Duty officer")
    k = load(copy)
    assert [check.on for check in k.contacts["barnet-mash"].confirmations] == [datetime.date(2026, 11, 30)]
    assert k.contacts["barnet-adult-mash"].phone == "020 8359 5001"
    assert k.contacts["barnet-out-of-hours"].confirmations == ()
    assert any("2 of " in line for line in said)


def test_what_its_owner_calls_wrong_is_withdrawn(copy: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "printed", lambda edit, ids: [])  # rendering the site takes seconds (tests/test_withdraw.py does)
    mash, *_ = printed(copy)
    command("--from", str(sheet([{**mash, "answer": "wrong", "why": "The line is closed."}], copy / "back.csv")))
    recall = load(copy).contacts["barnet-mash"].withdrawn
    assert recall is not None
    assert (recall.on, recall.why) == (DAY, "The line is closed.")


def test_one_bad_row_and_nothing_is_written_and_every_bad_row_is_named(tmp_path: Path, prepared: Edit, quick: Command) -> None:
    mash, adults, night = printed(prepared.root)
    rows = [
        {**mash, "answer": "right"},
        {**adults, "answer": "changed"},
        {**night, "answer": "rihgt"},
        {**mash, "id": "barnet-mesh", "answer": "right"},
        {**adults, "id": "brent-lado", "answer": "right", "covers": "", "on": "2026-13-01"},
        {**adults, "id": "brent-prevent", "answer": "right", "covers": "", "by": "Jane Doe"},
        {**mash, "answer": "right"},
    ]
    problems = refused(quick, "--from", str(sheet(rows, tmp_path / "back.csv")), "--how", "phone", "--by", "duty-officer")
    assert [(problem.path, problem.line) for problem in problems] == [("back.csv", line) for line in (3, 4, 5, 6, 7, 8)]
    assert "did you mean right?" in problems[1].tip
    assert altered(prepared.root) == {}


def test_a_value_that_the_rules_refuse_is_named_at_its_row(tmp_path: Path, prepared: Edit, quick: Command) -> None:
    mash, adults, _ = printed(prepared.root)
    rows = [{**mash, "answer": "right"}, {**adults, "answer": "changed", "new_phone": "020 9359 5000"}]
    problems = refused(quick, "--from", str(sheet(rows, tmp_path / "back.csv")), "--how", "phone", "--by", "duty-officer")
    assert [(problem.path, problem.line, problem.rule) for problem in problems] == [("back.csv", 3, "values-valid")]
    assert altered(prepared.root) == {}


def test_a_semicolon_between_cells_is_understood(copy: Path, command: Command) -> None:
    (copy / "back.csv").write_text("id;answer\r\nbarnet-mash;right\r\n", encoding="utf-8")
    command("--from", str(copy / "back.csv"), "--how", "phone", "--by", "duty-officer")
    assert load(copy).contacts["barnet-mash"].confirmations


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"a,b\r\n", "has no column id"),
        (b'id,answer\r\n"x', "cannot be read as a table"),
        (b"id,answer\r\n,right\r\n", "no id"),
        (b"", "no column"),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, says: str, tmp_path: Path, quick: Command) -> None:
    (tmp_path / "back.csv").write_bytes(content)
    (problem,) = refused(quick, "--from", str(tmp_path / "back.csv"))
    assert says in problem.message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, quick: Command) -> None:
    (problem,) = refused(quick, "--from", str(tmp_path / "none.csv"))
    assert "cannot be read" in problem.message
