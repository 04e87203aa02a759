"""The call sheet as a table for a spreadsheet, and its answers taken back: all of them, or none.

The columns, one row a contact point: `id`, `name`, `area` (those it serves), `overdue`, then what is shown now: `phone`, `email`,
`page`, `hours`; `ask` (the questions); then the blanks:
`answer` (right, changed, wrong or no reply; empty: not asked), `new_phone`, `new_email`, `new_page`, `new_hours` (with changed),
`why` (with wrong), `covers` (the fillings that were asked about, as area/slot with spaces between; as printed: all), `how`, `by`, `on`.
`--how`, `--by` and `--on` fill the last three where they are empty. Columns may stand in any order, and more of them do no harm.
A cell that a spreadsheet would take for a formula stands behind an apostrophe, which is taken away again
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from scripts import build, files
from scripts.calls import Call, calls
from scripts.load import Knowledge
from scripts.model import CONFIRMING_ROLES
from scripts.pages.edition import view
from scripts.pages.words import count
from scripts.problem import Problem, Refused, near
from scripts.upkeep.checks import HOWS, Check, Given, confirm, role, told
from scripts.upkeep.edit import HERE, Edit, problem
from scripts.upkeep.withdraw import printed, withdraw
from scripts.upkeep.withdraw import told as told_of_recalls

PRINTED = ("id", "name", "area", "overdue", "phone", "email", "page", "hours", "ask")
BLANKS = ("answer", "new_phone", "new_email", "new_page", "new_hours", "why", "covers", "how", "by", "on")
NEEDED = ("id", "answer")
NEW = {"new_phone": "phone", "new_email": "email", "new_page": "page", "new_hours": "hours_text"}
RIGHT, CHANGED, WRONG, NO_REPLY = ANSWERS = ("right", "changed", "wrong", "no reply")
FORMULA = re.compile(r"[=+\-@\t\r]")
MOST_BYTES = 1_000_000

Row = Mapping[str, str]


def write(root: Path, options: argparse.Namespace, today: datetime.date, say: Callable[[str], None]) -> int:
    """Print the sheet of an area, or of everything an edition shows, or write it to a file.

    Raises:
        Refused: when there is no such area or edition, or the file cannot be written.
    """
    case = build.checked(root, today, options.edition)
    k = view(case.k, build.prose_of(case.texts))
    if options.area and options.area not in k.areas:
        raise Refused([problem("unknown-area", f"there is no area called {options.area}", near(options.area, k.areas) or "such as barnet")])
    found = calls(k, (options.area,) if options.area else tuple(k.areas), today, everywhere=not options.area)
    text = table(k, found, today)
    if options.csv is None:
        sys.stdout.write(text)
        return 0
    try:
        files.write(options.csv, text.encode("utf-8-sig"))  # with the mark by which a spreadsheet knows UTF-8
    except OSError as error:
        raise Refused([problem("file", f"{options.csv} cannot be written: {error.strerror}", "name another file")]) from None
    say(f"{count(len(found), 'contact point')} in {options.csv}; write right, changed, wrong or no reply under “answer”")
    say(f"then: python -m scripts confirm --from {options.csv} --how phone --by {CONFIRMING_ROLES[1]}")
    return 0


def table(k: Knowledge, found: tuple[Call, ...], today: datetime.date) -> str:
    """The sheet as CSV."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([*PRINTED, *BLANKS])
    for call in found:
        contact = call.contact
        areas = ", ".join(dict.fromkeys(k.areas[cover.split("/")[0]].name for cover in call.covers)) or "everywhere"
        overdue = "never checked" if call.never else "overdue" if call.overdue(today) else ""
        phones = " or ".join(number for number in (contact.phone, *contact.phone_alternatives, contact.sms and f"text {contact.sms}") if number)
        ask = " ".join(question.text for question in call.questions) + (f" Say or press: {contact.ask_for}." if contact.ask_for else "")
        shown = (call.id, contact.name, areas, overdue, phones, contact.email or "", contact.page or "", contact.hours_text or "", ask)
        blanks = {"covers": " ".join(call.covers)}
        rows.writerow([guarded(cell) for cell in (*shown, *(blanks.get(name, "") for name in BLANKS))])
    return text.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """The cell without its guard and without spaces at its ends."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell[1:]) else cell


def take(edit: Edit, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Write down every answer of a sheet as one change, and tell what changes on the site.

    Raises:
        Refused: with every problem of every row; nothing was changed then.
    """
    name, rows = read(options.answers)
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    recalled = [row["id"] for _, row in rows if row["answer"].lower() == WRONG]
    for line, row in rows:
        if row["id"] in lines:
            problems.append(
                Problem(name, line, 1, "twice", f"{row['id']} was answered in line {lines[row['id']]} already", "keep one of the two rows")
            )
            continue
        found = list(_answer(edit, options, row, recalled))
        problems += [Problem(name, line, 1, one.rule, one.message + _where(one), one.tip) for one in found]
        if row["answer"] and row["answer"].lower() != NO_REPLY:
            lines[row["id"]] = line
    if problems:
        raise Refused(problems)
    if not lines:
        say(f"no row of {name} has an answer; nothing to do")
        return 0
    try:
        after = edit.after()
    except Refused as refused:
        raise Refused([_of_row(one, name, lines) for one in refused.problems]) from None
    stood = printed(edit, recalled) if recalled else []
    edit.commit(after)
    for text in told(edit.before, after, [id for id in lines if id not in recalled]):
        say(text)
    if recalled:
        for text in told_of_recalls(edit.before, after, recalled, stood):
            say(text)
    return 0


def _answer(edit: Edit, options: argparse.Namespace, row: Row, recalled: list[str]) -> Iterator[Problem]:
    """Prepare one row's answer, or say what is wrong with it."""
    answer = row["answer"].lower()
    new: dict[str, Given] = {field: row[column] for column, field in NEW.items() if row.get(column)}
    if answer in ("", NO_REPLY):
        if new:
            yield problem("answer", "gives a new value and no answer", f"write {CHANGED} under “answer”, or take the value out")
        return
    if answer not in ANSWERS:
        yield problem("answer", f"{row['answer']!r} is no answer", near(answer, ANSWERS) or f"one of {', '.join(ANSWERS)}")
        return
    on, fault = _day(row.get("on", ""), options.on or edit.today)
    if fault:
        yield fault
    if answer == WRONG:
        if on:
            yield from withdraw(edit, row["id"], row.get("why") or "Its owner says that it is wrong.", on, recalled)
        return
    if answer == RIGHT and new:
        yield problem("answer", "says right and gives a new value", f"write {CHANGED}, or take the value out")
    if answer == CHANGED and not new:
        yield problem("answer", "says changed and gives no new value", "write it under new_phone, new_email, new_page or new_hours")
    how, by = row.get("how", "").lower() or options.how, row.get("by") or options.by
    if how not in HOWS:
        yield problem(
            "how", f"{how!r} is no way to ask" if how else "does not say how its owner was asked", f"one of {', '.join(HOWS)}; or give --how"
        )
    if not by or role(by) is None:
        tip = f"one of {', '.join(CONFIRMING_ROLES)}; never a person's name" + ("" if by else "; or give --by")
        yield problem("role", f"{by!r} is not a role that may confirm" if by else "does not say in which role", tip)
    if on and how in HOWS and by and role(by) and not (answer == RIGHT and new) and not (answer == CHANGED and not new):
        yield from confirm(edit, Check(row["id"], how, by, on, new, (), tuple(row.get("covers", "").replace(",", " ").split())))


def _day(text: str, otherwise: datetime.date) -> tuple[datetime.date | None, Problem | None]:
    """A row's date: 2026-12-01, or as spreadsheets of this country write it, 01/12/2026."""
    if not text:
        return otherwise, None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.datetime.strptime(text, form).date(), None
        except ValueError:
            continue
    return None, problem("date", f"{text!r} is no date", "write year-month-day, such as 2026-12-01")


def _where(found: Problem) -> str:
    return "" if found.path == HERE else f" ({found.path}:{found.line})"


def _of_row(found: Problem, name: str, lines: Mapping[str, int]) -> Problem:
    """A problem that a row would make in a file, at the row; others as they are."""
    for id, line in lines.items():
        if f"#contacts.{id}." in f"{found.at}." or (found.at.startswith("pathways/changes.yml") and id in found.at):
            return Problem(name, line, 1, found.rule, f"{id}: {found.message}", found.tip)
    return found


def read(path: Path) -> tuple[str, list[tuple[int, Row]]]:
    """The rows of a sheet that name a contact point, each with its line.

    Raises:
        Refused: when it cannot be read as a sheet.
    """
    name = path.name

    def refuse(line: int, message: str, tip: str) -> Refused:
        return Refused([Problem(name, line, 1, "sheet", message, tip)])

    try:
        content = path.read_bytes()
    except OSError as error:
        raise refuse(1, f"cannot be read: {error.strerror}", "look at the name of the file") from None
    if len(content) > MOST_BYTES:
        raise refuse(1, "is larger than a call sheet can be", "name the file that --sheet --csv wrote")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(content.count(b"\n", 0, error.start) + 1, "is not UTF-8 text", "save it from the spreadsheet as “CSV UTF-8”") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, Row]] = []
    line = 1
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if missing := [column for column in NEEDED if column not in header]:
            raise refuse(1, f"has no column {' and no column '.join(missing)}", "keep the first line as --sheet wrote it")
        line = reader.line_num + 1
        for cells in reader:
            row = {column: bare(cell) for column, cell in zip(header, cells, strict=False)}
            if row.get("id"):
                rows.append((line, {"answer": "", **row}))
            elif any(row.get(column) for column in ("answer", *NEW)):
                raise refuse(line, "has an answer and no id", "copy the id from the sheet")
            line = reader.line_num + 1
    except csv.Error as error:
        raise refuse(line, f"cannot be read as a table: {error}", "save it from the spreadsheet as “CSV UTF-8”") from None
    return name, rows
