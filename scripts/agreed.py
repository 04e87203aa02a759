"""The register of agreed values: what a reader dials, clicks or trusts, as an editor last agreed to it (pathways/agreed.txt).

Most slips of a finger break a rule of meaning. A digit in a number that one page prints, or another day in a date, breaks none. So
each such value stands a second time in this register, which is made from the `Knowledge` and never written by hand: the check names
every value that is not as agreed, and `python -m scripts agree` shows the differences and agrees to them.

What it holds of every record: all that is no wording (numbers, mailboxes, addresses, dates, hours, ages, clocks, slots, sources,
contact points, flags, order), the words in `AGREED`, and of all other words that readers see the numbers in them
and, in a list, how many items there are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from scripts.load import EDITION, FOLDER, FOLDERS, SINGLE_FILES, Home, Knowledge, Pointer
from scripts.model import Answer, Confirmation, Filling, NationalFile, Record, Sighting, Text
from scripts.problem import Problem

FILE = f"{FOLDER}/agreed.txt"
"""Where the register stands."""
COMMAND = "python -m scripts agree"

HEADING = f"""\
# The values that readers dial, click or trust, as an editor last agreed to them. Never write here by hand: `{COMMAND}` does.
# One line a record, under the file in which it stands. Of words that are not agreed as a whole, only numbers are here.
"""

AGREED = frozenset(
    [
        "name", "called", "ask_for", "owner", "hours", "hours_text", "caution", "what_for",  # a contact point
        "council", "publisher",  # whose word it is
        "who", "do", "by_when",  # a step
        "value", "year", "label",  # a figure
    ]
)  # fmt: skip
"""Words that are agreed as a whole, by their key. An answer of the guided check is too: a "yes" that leads where the "no" should is a wrong link."""
EDITORS = frozenset({"note", "reason"})
"""Words for editors only. What a sighting `says` is for them too."""
COUNTED = frozenset({"last_good"})
"""What a command writes by itself each time it runs, and no editor agrees to."""
FINDING = frozenset({"also_known_as", "places"})
"""Words by which the search finds a record: how many there are matters to nobody."""
SINGULAR = {"contacts": "contact", "sources": "source", "steps": "step", "slots": "slot", "questions": "question", "answers": "answer",
            "outcomes": "outcome", "sections": "section", "figures": "figure", "charts": "chart", "courses": "course", "terms": "term",
            "procedures": "procedure", "changes": "change", "differences": "difference", "exceptions": "exception", "sightings": "seen in",
            "confirmations": "confirmed"}  # fmt: skip
"""What one record is called that stands under a key for many."""
ORDERED = frozenset({"contacts", "questions", "steps", "fills", "sightings", "sections"})
"""Where the order of named records tells something: the first question, the line that stands first of two alike."""
DANGLES = re.compile(r"there is no (\w+) called (\S+)$")
"""How loading says that a name names nothing."""
NUMBER = re.compile(r"\d(?:[\d.,:/]*\d)?")
BETWEEN = " · "

Key = tuple[str, str, str]
"""A value's file, record and field. The field is empty for the record itself."""


@dataclass(frozen=True)
class Value:
    """A value as it stands in the files, and the way to it inside its file."""

    text: str
    pointer: Pointer


@dataclass(frozen=True)
class Difference:
    """What is not as agreed, in a sentence, and where it stands: a file, and the way to it inside the file."""

    path: str
    pointer: Pointer
    says: str


def text(k: Knowledge) -> str:
    """The whole register for this knowledge."""
    files: dict[str, dict[str, list[str]]] = {}
    for (path, record, field), value in values(k).items():
        parts = files.setdefault(path, {}).setdefault(record, [record])
        if field:
            parts.append(f"{field}: {value.text}")
    found = [HEADING]
    for path, records in sorted(files.items()):
        found.append("\n".join((f"\n[{path}]", *(BETWEEN.join(parts) for _, parts in sorted(records.items())))) + "\n")
    return "".join(found)


@lru_cache(maxsize=2)
def read(register: str) -> Mapping[Key, str]:
    """The values that a register holds."""
    found: dict[Key, str] = {}
    path = ""
    for line in register.splitlines():
        if line.startswith("["):
            path = line.strip("[]")
        elif line and not line.startswith("#"):
            record, *parts = line.split(BETWEEN)
            found[path, record, ""] = ""
            for part in parts:
                field, _, value = part.partition(": ")
                found[path, record, field] = value
    return found


def differences(k: Knowledge, register: str) -> tuple[Difference, ...]:
    """Every value that is not as agreed; a record that is new or gone as a whole is named once."""
    now, was = values(k), read(register)
    found: list[Difference] = []
    for key, value in now.items():
        path, record, field = key
        if key not in was and not field:
            found.append(Difference(path, value.pointer, f"new: {record}{_with(now, key)}"))
        elif key not in was and (path, record, "") in was:
            found.append(Difference(path, value.pointer, f"new: {record}: {field} {value.text}"))
        elif key in was and was[key] != value.text:
            found.append(Difference(path, value.pointer, f"{record}: {field} was agreed as {was[key]} and is now {value.text}"))
    for key, agreed in was.items():
        path, record, field = key
        if key not in now and not field:
            found.append(Difference(path, (), f"gone: {record}"))
        elif key not in now and (path, record, "") in now:
            found.append(Difference(path, now[path, record, ""].pointer, f"{record}: {field} was agreed as {agreed} and is gone"))
    return tuple(sorted(found, key=lambda difference: difference.path))


def _with(now: Mapping[Key, Value], key: Key) -> str:
    """The values of a new record, in words."""
    found = [f"{field} {value.text}" for (path, record, field), value in now.items() if (path, record) == key[:2] and field]
    return f" ({'; '.join(found)})" if found else ""


def problems(k: Knowledge, register: str) -> Iterator[Problem]:
    """Each difference as a problem at the file and line of the value."""
    for difference in differences(k, register):
        if difference.path in k.documents:
            tip = f"put back what was agreed; or, if this is meant, run: {COMMAND}"
            yield k.problem(Home(difference.path, difference.pointer), "values-agreed", difference.says, tip)
        else:
            tip = f"restore the file from git; or, if this is meant, run: {COMMAND}"
            yield Problem(difference.path, 1, 1, "values-agreed", f"the file is gone, and with it: {difference.says}", tip, at=difference.path)


def gone(refused: Iterable[Problem], register: str) -> Iterator[Problem]:
    """Which agreed records are gone, where loading stopped because others still name them: a problem at the file that held them."""
    named = Counter((match[1], match[2]) for problem in refused if (match := DANGLES.match(problem.message)))
    kinds = {"node": ("question", "outcome")}
    held = {(record, path) for path, record, field in read(register) if not field}
    for (kind, id), count in sorted(named.items()):
        for record, path in sorted(held):
            if record in [f"{word} {id}" for word in kinds.get(kind, (kind,))] or (record == kind and PurePosixPath(path).stem == id):
                message = f"gone: {record if record != kind else id}, which {count} other {'place names' if count == 1 else 'places name'}"
                yield Problem(path, 1, 1, "values-agreed", message, "restore it from git, or take it out wherever it is named", at=path)


def values(k: Knowledge) -> dict[Key, Value]:
    """Every value that the register holds."""
    found: dict[Key, Value] = {}
    for path, holds in _files(k):
        found |= _values_of(path, holds)
    return found


_KEPT: dict[str, tuple[tuple[object, ...], dict[Key, Value]]] = {}
"""Each file's values as they were last read: while somebody edits one file, the others need not be read again."""


def _values_of(path: str, record: Record) -> dict[Key, Value]:
    """The values of one file."""
    holds = tuple(getattr(record, field) for field in type(record).model_fields)
    kept = _KEPT.get(path)
    if kept is None or len(kept[0]) != len(holds) or any(one is not other for one, other in zip(kept[0], holds, strict=True)):
        parts = PurePosixPath(path).parts
        kept = _KEPT[path] = (holds, {})
        _note(kept[1], path, parts[1].removesuffix("s") if len(parts) > 2 else "the file", record, ())
    return kept[1]


def _files(k: Knowledge) -> Iterator[tuple[str, Record]]:
    """Every file with its record. Of the editions London's alone: another's is its owner's."""
    for folder in FOLDERS:
        for slug, record in getattr(k, folder).items():
            if folder != "editions" or slug == EDITION:
                yield f"{FOLDER}/{folder}/{slug}.yml", record
    national = {id: contact for id, contact in k.contacts.items() if k.contact_area[id] is None}
    for name, kind in SINGLE_FILES.items():
        known = getattr(k, PurePosixPath(name).stem, None)
        fields = {field: national if kind is NationalFile else getattr(k, field, None) for field in kind.model_fields}
        yield f"{FOLDER}/{name}", known if isinstance(known, Record) else kind.model_construct(None, **fields)


def _note(found: dict[Key, Value], path: str, name: str, record: Record, pointer: Pointer) -> None:
    """Note a record, its own values, and the records in it."""
    while (path, name, "") in found:
        name += " again"
    found[path, name, ""] = Value("", pointer)
    for field, wording in _fields(type(record)):
        value, place = getattr(record, field), (*pointer, field)
        if value is None or value is False or value == () or field in COUNTED:
            continue
        if isinstance(value, dict | MappingProxyType):
            for key, item in value.items():
                if not isinstance(item, Record):
                    found[path, name, f"{field} {key}"] = Value("yes" if wording else _plain(item), (*place, key))
        elif not _has_records(value):
            if not wording or field in AGREED or (field == "says" and isinstance(record, Answer)):
                found[path, name, field] = Value(_plain(value), place)
            elif field not in EDITORS and not isinstance(record, Sighting):
                if numbers := NUMBER.findall(_plain(value)):
                    found[path, name, f"numbers in {field}"] = Value(", ".join(numbers), place)
                if isinstance(value, tuple) and field not in FINDING:
                    found[path, name, f"items in {field}"] = Value(str(len(value)), place)
            continue
        inner = [(_label(field, key, item), key, item) for key, item in _items(value) if isinstance(item, Record)]
        for label, key, item in inner:
            _note(found, path, f"{name} {label}" if pointer else label, item, place if key is None else (*place, key))
        if inner and field in ORDERED:
            found[path, name, f"order of {field}"] = Value(", ".join(label.rpartition(" ")[2] for label, _, _ in inner), place)


def _has_records(value: Any) -> bool:
    return isinstance(value[0] if isinstance(value, tuple) else value, Record)


def _items(value: Any) -> Iterator[tuple[str | int | None, Any]]:
    """What a field holds: the items of a mapping by key, of a list by number, or the one record it is."""
    if isinstance(value, tuple):
        return enumerate(value)
    return iter([(None, value)] if isinstance(value, Record) else ((str(key), item) for key, item in value.items()))


def _label(field: str, key: str | int | None, item: Any) -> str:
    """What a record is called inside its holder: by its id where it has one, else by its number."""
    one = SINGULAR.get(field, field)
    if isinstance(item, Filling):
        return f"{one} {item.area}/{item.slot}"
    if isinstance(item, Sighting):
        return f"{one} {item.source}"
    if isinstance(item, Confirmation):
        return f"{one} {item.on}"
    if isinstance(key, int):
        return f"{one} {getattr(item, 'id', key + 1)}"
    return one if key is None else f"{one} {key}"


def _plain(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, tuple):
        return ", ".join(_plain(item) for item in value)
    return "yes" if value is True else " ".join(str(value).split()).replace(BETWEEN, " - ")


@cache
def _fields(kind: type[Record]) -> tuple[tuple[str, bool], ...]:
    """The fields of a kind of record, and whether they hold wording."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, _is_wording(hints[name])) for name in kind.model_fields)


def _is_wording(hint: Any) -> bool:
    return hint == Text or any(_is_wording(part) for part in get_args(hint))
