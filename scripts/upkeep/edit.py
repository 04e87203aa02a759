"""Changes of the YAML files in memory: tried whole, with every rule, and then written as one change, or not at all.

The files keep their comments, their order and their style: ruamel.yaml reads and writes each one so that what was not touched
comes out byte for byte. A file with which it cannot do that is not edited.
"""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from scripts import agreed, build, files
from scripts.load import FOLDER, NUMBER_LIKE, Knowledge, assemble, read_folder
from scripts.model import VALUE_FIELDS
from scripts.pages.site import site_paths
from scripts.problem import Problem, Refused
from scripts.prose import read_texts
from scripts.rules import check
from scripts.rules.case import Case

CHANGES = f"{FOLDER}/changes.yml"
HERE = "command line"
"""Where a problem stands that no file has: in what was typed."""
PLAIN_INSIDE = re.compile(r"https://[\w./%?=&+-]+|[A-Za-z/]([\w /.@+-]*[\w/.])?")
PLAIN = re.compile(rf"{PLAIN_INSIDE.pattern}|[A-Za-z/][\w /.,;()'’@+-]*[\w/.)]")
"""Text that needs no quotes, inside a list or record of one line, and on a line of its own."""
LATE = ("check_every", "hold", "withdrawn", "note", "fictional")
"""The keys that stand at the end of a contact point."""


def problem(rule: str, message: str, tip: str = "") -> Problem:
    """A problem with what was typed."""
    return Problem(HERE, 1, 1, rule, message, tip)


class Edit:
    """One change that is being prepared. Nothing is written before `commit`."""

    def __init__(self, root: Path, today: datetime.date) -> None:
        """Load and check what is there.

        Raises:
            Refused: when the files are not sound as they are: an edit would hide what is wrong.
        """
        self.root, self.today = root, today
        self.checked = build.checked(root, today)
        self.before: Knowledge = self.checked.k
        self.files = {path: content for path, content in read_folder(root).items() if isinstance(content, bytes)}
        self.open: dict[str, Any] = {}

    def document(self, path: str) -> Any:
        """The YAML file as ruamel's data, to be changed in place.

        Raises:
            Refused: when the file would not come out as it went in.
        """
        if path not in self.open:
            text = self.files[path]
            try:
                data = round_trip().load(text.decode())
                same = dump(data) == text
            except (YAMLError, UnicodeDecodeError):
                same = False
            if not same:
                message = "cannot be edited by this command without changing other lines"
                raise Refused([Problem(path, 1, 1, "round-trip", message, "make the change by hand; CONTRIBUTING.md shows a whole record")])
            self.open[path] = data
        return self.open[path]

    def contact(self, id: str) -> Any:
        """A contact point's mapping in its file."""
        return self.document(self.before.home("contact", id).path)["contacts"][id]

    def add_change(self, on: datetime.date, name: str, change: dict[str, Any]) -> str:
        """Add an entry at the top of changes.yml; returns its id, which begins with the day."""
        document = self.document(CHANGES)
        if not document["changes"]:
            document["changes"] = CommentedMap()
        changes = document["changes"]
        id, number = f"{on}-{name}", 2
        while id in changes:
            id, number = f"{on}-{name}-{number}", number + 1
        entry = CommentedMap({"on": on})
        for key, value in change.items():
            if value:
                entry[key] = flow(value) if isinstance(value, list) else quoted(value)
        if changes:
            changes.yaml_set_comment_before_after_key(next(iter(changes)), before="\n")
        changes.insert(0, id, entry)
        return id

    def after(self) -> Case:
        """What the files would say.

        Raises:
            Refused: with every problem, when they would not load or break a rule.
        """
        changed = {path: dump(data) for path, data in self.open.items()}
        texts = read_texts(self.root)
        k = assemble({**self.files, **changed}, self.before.edition_id)
        case = Case(k, self.today, texts, site_paths(k, build.prose_of(texts), self.today))
        if found := check(case):
            raise Refused(found)
        return case

    def commit(self, case: Case) -> None:
        """Write every file that changed, and the register of agreed values with it, as one change. `case`: what `after` returned."""
        changed: dict[str, bytes | None] = {path: dump(data) for path, data in self.open.items()}
        changed[agreed.FILE] = agreed.text(case.k).encode()
        for path, content in [*changed.items()]:
            place = self.root / path
            if place.exists() and place.read_bytes() == content:
                del changed[path]
        files.write_all(self.root, changed)


def put(contact: Any, key: str, value: Any) -> None:
    """Set a key of a contact point; a new one goes where such records have it."""
    if key in contact:
        contact[key] = value
        return
    keys = list(contact)
    if key in LATE or key == "confirmations":
        later = [name for name in keys if name in LATE[LATE.index(key) + 1 if key in LATE else 0 :]]
        if not later:  # a blank line after the record belongs to its last key: the new one goes before that
            later = [keys[-1]]
    else:
        order = [*VALUE_FIELDS, "hours"]
        later = [keys[max(keys.index(name) for name in ("what_for", *order[: order.index(key)]) if name in keys) + 1]]
    contact.insert(keys.index(later[0]), key, value)


def quoted(text: str, inside: bool = False) -> str:
    """Text as the files write it: in quotes where it could be taken for something else; `inside` a list or record of one line that is more often."""
    plain = (PLAIN_INSIDE if inside else PLAIN).fullmatch(text) and not NUMBER_LIKE.fullmatch(text)
    return text if plain else DoubleQuotedScalarString(text)


def flow(value: list[str] | dict[str, Any]) -> Any:
    """A list or a record in one line, as the files write them inside lists."""
    if isinstance(value, list):
        items = CommentedSeq([quoted(item, inside=True) for item in value])
        items.fa.set_flow_style()
        return items
    record = CommentedMap((key, _plainly(item)) for key, item in value.items())
    record.fa.set_flow_style()
    return record


def _plainly(value: Any) -> Any:
    return flow(value) if isinstance(value, list) else quoted(value, inside=True) if isinstance(value, str) else value


def round_trip() -> YAML:
    """The settings under which every file of pathways/ comes out as it went in."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.emitter.MAX_SIMPLE_KEY_LENGTH = 2000  # an address is one plain key, however long
    yaml.representer.ignore_aliases = lambda _: True  # the same day twice is written twice: load takes no anchors
    yaml.representer.add_representer(type(None), lambda representer, _: representer.represent_scalar("tag:yaml.org,2002:null", "null"))
    return yaml


def dump(data: Any) -> bytes:
    """A file's bytes from ruamel's data."""
    text = io.StringIO()
    round_trip().dump(data, text)
    return text.getvalue().encode()
